import { useTranslation } from 'react-i18next';
import type { RoundStatistics } from './wire.ts';
import { number, percent, shareOf } from './format.ts';
import styles from './funnel.module.css';

export const funnelSteps = ['matched', 'both_joined', 'completed', 'mutual'] as const;

/** What becomes of those who are paired: a ribbon that narrows with everybody who goes. */
export function Funnel({ funnel }: { funnel: RoundStatistics['funnel'] }) {
  const { t } = useTranslation();
  const widths = funnelSteps.map((step) => shareOf(funnel[step], funnel.matched) ?? 0);
  return (
    <ol className={styles.funnel}>
      {funnelSteps.map((step, at) => {
        const before = funnelSteps[at - 1];
        return (
          <li key={step}>
            <Ribbon from={widths[at] ?? 0} to={widths[at + 1] ?? widths[at] ?? 0} tone={at} />
            <p className={styles.step}>
              <strong>{number(funnel[step])}</strong>
              <span>{t(`admin.overview.funnel.${step}`)}</span>
              {before && (
                <span className={styles.kept}>
                  {t('admin.overview.funnel.kept', { share: percent(shareOf(funnel[step], funnel[before])) })}
                </span>
              )}
            </p>
          </li>
        );
      })}
    </ol>
  );
}

/** One piece of it: as wide above as this step, as wide below as the next one. */
function Ribbon({ from, to, tone }: { from: number; to: number; tone: number }) {
  const [a, b] = [from * 50, to * 50];
  return (
    <svg
      viewBox="0 0 100 56"
      preserveAspectRatio="none"
      className={styles.ribbon}
      aria-hidden="true"
      data-tone={tone}
    >
      <path
        d={`M${50 - a} 0H${50 + a}V26C${50 + a} 44 ${50 + b} 40 ${50 + b} 56H${50 - b}C${50 - b} 40 ${50 - a} 44 ${50 - a} 26Z`}
      />
    </svg>
  );
}

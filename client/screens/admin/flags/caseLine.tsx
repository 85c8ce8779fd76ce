import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Tags } from '../../../components/tags.tsx';
import { Badge } from '../badge.tsx';
import { inWords } from '../moment.tsx';
import { useNameOf } from '../nameOf.tsx';
import type { Case, Names } from '../wire.ts';
import styles from './caseLine.module.css';

/** One case of the queue: how urgent, who, what for. */
export function CaseLine({ one, names }: { one: Case; names: Names }) {
  const { t } = useTranslation();
  const nameOf = useNameOf(names);
  const { parts } = one;
  const points = {
    category: Math.round(parts.category),
    reporters: Math.round(parts.reporters),
    recency: Math.round(parts.recency),
  };
  return (
    <li>
      <Link
        to={`/admin/flags/${one.flag_id}`}
        className={styles.case}
        data-case={one.flag_id}
        onKeyDown={step}
      >
        <span className={styles.priority} title={t('admin.flags.parts', points)}>
          <span className="hidden">{t('admin.flags.priority')} </span>
          {Math.round(one.priority)}
          <span className={styles.parts} aria-hidden="true">
            {points.category} + {points.reporters} + {points.recency}
          </span>
        </span>
        <span className={styles.who}>
          <span className={styles.name} dir="auto">
            {one.display_name ?? t('admin.gone')}
          </span>
          <span className={styles.facts}>
            {t('admin.flags.flags', { count: one.flags })}{' '}
            {t('admin.flags.reporters', { count: one.reporters })}
            {', '}
            {t('admin.flags.latest', { when: inWords(one.latest_at) })}
          </span>
          <Tags
            label={t('admin.flags.category')}
            tags={
              one.categories.length > 0
                ? one.categories.map((category) => t(`flag.categories.${category}`))
                : [t('admin.uncategorized')]
            }
          />
        </span>
        <span className={styles.state}>
          {one.restricted && <Badge kind="alarm">{t('admin.flags.restricted')}</Badge>}
          {one.claimed_by && (
            <Badge kind="candle">{t('admin.flags.claimedBy', { name: nameOf(one.claimed_by) })}</Badge>
          )}
        </span>
      </Link>
    </li>
  );
}

/** Arrows lead from one case to the next. */
function step(event: KeyboardEvent<HTMLElement>): void {
  const item = event.currentTarget.parentElement;
  const next =
    event.key === 'ArrowDown'
      ? item?.nextElementSibling
      : event.key === 'ArrowUp'
        ? item?.previousElementSibling
        : undefined;
  if (next === undefined) return;
  event.preventDefault();
  next?.querySelector<HTMLElement>('[data-case]')?.focus();
}

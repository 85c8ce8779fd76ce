import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { OneOf } from '../../../components/choice.tsx';
import { Page } from '../../../components/page.tsx';
import { Ways } from '../room.tsx';
import { useStaff } from '../staff.ts';
import { DecisionsPlate, EndingsPlate, FunnelPlate, HoursPlate } from './dances.tsx';
import { fullTime } from './format.ts';
import { Hero } from './hero.tsx';
import { LinePlate } from './line.tsx';
import { FailedJobsPlate, QueuesPlate } from './machine.tsx';
import { Nothing } from './plate.tsx';
import { useHistory, useLive, useRounds } from './reads.ts';
import { AnomaliesPlate, ModerationPlate } from './safety.tsx';
import { spanNames, useSpan, type Span } from './span.ts';
import { Tiles } from './tiles.tsx';
import { TimelinePlate } from './timelinePlate.tsx';
import { ExclusionsPlate, PoolsPlate, StatesPlate, WaitsPlate } from './waiting.tsx';
import styles from './overview.module.css';

/** The house at work: now, lately, and what makes it run. */
export default function Overview() {
  const { t } = useTranslation();
  const { role } = useStaff();
  const [span, choose] = useSpan();
  const rounds = useRounds(span);
  return (
    <Page title={t('admin.overview.title')} ways={<Ways />}>
      <div className={styles.overview}>
        <Hero />
        <Now />
        <Spans {...{ span, choose }} />
        <Part id="evening" title={t('admin.overview.parts.evening')}>
          <TimelinePlate read={useHistory(span)} choose={choose} />
        </Part>
        <Part id="dances" title={t('admin.overview.parts.dances')} layout="dances">
          <HoursPlate read={rounds} />
          <FunnelPlate read={rounds} />
          <EndingsPlate read={rounds} />
          <DecisionsPlate read={rounds} />
        </Part>
        <Part id="waiting" title={t('admin.overview.parts.waiting')} layout="two">
          <WaitsPlate span={span} />
          <StatesPlate span={span} />
          <PoolsPlate />
          <ExclusionsPlate />
        </Part>
        <Part id="safety" title={t('admin.overview.parts.safety')} layout="two">
          <ModerationPlate span={span} />
          <AnomaliesPlate span={span} />
        </Part>
        <Part id="line" title={t('admin.overview.parts.line')}>
          <LinePlate span={span} />
        </Part>
        <Part id="machine" title={t('admin.overview.parts.machine')} layout="two">
          <QueuesPlate />
          <FailedJobsPlate mayRetry={role === 'admin'} />
        </Part>
      </div>
    </Page>
  );
}

/** The figures of this moment; the strokes beneath them reach back a few hours. */
function Now() {
  const { t } = useTranslation();
  const live = useLive();
  const history = useHistory({ name: '3h' });
  return (
    <section aria-label={t('admin.overview.parts.now')}>
      {live.data ? <Tiles live={live.data} history={history.data} /> : <Nothing read={live} />}
    </section>
  );
}

function Spans({ span, choose }: { span: Span; choose: (span: Span) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className={styles.spans}>
      <legend className="hidden">{t('admin.overview.spans.label')}</legend>
      <OneOf
        value={span.name === 'chosen' ? null : span.name}
        onChange={(name) => choose({ name })}
        options={spanNames.map((value) => ({ value, label: t(`admin.overview.spans.${value}`) }))}
      />
      {span.name === 'chosen' && (
        <p>
          {fullTime(span.from.getTime())} – {fullTime(span.to.getTime())}
        </p>
      )}
    </fieldset>
  );
}

interface PartProps {
  id: string;
  title: string;
  layout?: 'dances' | 'two';
  children: ReactNode;
}

function Part({ id, title, layout, children }: PartProps) {
  return (
    <section id={id} className={styles.section} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <div className={layout && styles[layout]}>{children}</div>
    </section>
  );
}

import { useTranslation } from 'react-i18next';
import { clockTime } from '../../../app/ticking.ts';
import { Moment } from '../moment.tsx';
import { PersonLink } from '../nameOf.tsx';
import type { Moderated, Names } from '../wire.ts';
import { Fold } from './fold.tsx';

type Round = Moderated['rounds'][number];

/** Somebody's recent rounds: with whom, how long, and how they ended. */
export function RoundList({ rounds, names }: { rounds: readonly Round[]; names: Names }) {
  const { t } = useTranslation();
  if (rounds.length === 0) return null;
  return (
    <Fold title={t('admin.person.rounds', { count: rounds.length })} open={false}>
      <ul>
        {rounds.map((round) => (
          <li key={round.id}>
            <p>
              <Moment at={round.matched_at} /> {t('admin.person.with')}{' '}
              <PersonLink id={round.partner_id} names={names} />
            </p>
            <p>
              {t(round.mode === 'text' ? 'matches.text' : 'matches.video')},{' '}
              {lengthOf(round) ?? t('admin.person.notStarted')}
              {round.end_reason && `, ${t(`admin.ends.${round.end_reason}`)}`}
              {round.ended_by &&
                `, ${t('admin.person.endedBy', { name: names[round.ended_by] ?? t('admin.gone') })}`}
            </p>
          </li>
        ))}
      </ul>
    </Fold>
  );
}

/** Minutes and seconds together; null when it never began. */
function lengthOf({ started_at, ended_at }: Round): string | null {
  if (started_at === null || ended_at === null) return null;
  return clockTime(Date.parse(ended_at) - Date.parse(started_at), 'past');
}

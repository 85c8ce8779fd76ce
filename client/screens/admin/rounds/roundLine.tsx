import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { rules } from '#core/rules.ts';
import { useApi } from '../../../app/house.ts';
import { useProblemWords } from '../../../app/problem.tsx';
import { clockTime } from '../../../app/ticking.ts';
import { Course } from '../../../components/course.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Tags } from '../../../components/tags.tsx';
import { Badge } from '../badge.tsx';
import { Moment } from '../moment.tsx';
import { stepsOf } from './happenings.ts';
import type { Round, RoundCourse } from './wire.ts';
import styles from './roundLine.module.css';

/** One round: who met whom, when, for how long, and on demand every step of it. */
export function RoundLine({ round }: { round: Round }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { match_id, mode, matched_at, duration_seconds: seconds, end_reason, mutual_at, flags } = round;
  return (
    <li className={styles.round}>
      <p className={styles.when}>
        <Moment at={matched_at} />
      </p>
      <h3 className={styles.who}>
        <Sides round={round} />
        {mutual_at && (
          <span className={styles.mutual}>
            <Icon name="heart" size={16} />
            <span className="hidden">{t('admin.rounds.mutual')}</span>
          </span>
        )}
      </h3>
      <Length seconds={seconds} />
      <p className={styles.how}>
        {seconds === null ? t('admin.person.notStarted') : clockTime(seconds * 1000, 'past')}{' '}
        {t(`matches.${mode}`)}
        {end_reason && ` · ${t(`admin.ends.${end_reason}`)}`}{' '}
        {flags > 0 && (
          <Link to={`/admin/flags?round_id=${match_id}`}>
            <span className="hidden">{t('admin.rounds.flagsOf')}: </span>
            <Badge kind="alarm">{t('admin.flags.flags', { count: flags })}</Badge>
          </Link>
        )}
      </p>
      <button
        type="button"
        className={styles.open}
        aria-expanded={open}
        aria-controls={`course-${match_id}`}
        onClick={() => setOpen(!open)}
      >
        <Icon name="next" size={18} />
        <span className="hidden">{t('admin.rounds.course')}</span>
      </button>
      <div id={`course-${match_id}`} className={styles.course} hidden={!open}>
        {open && <Steps round={round} />}
      </div>
    </li>
  );
}

/** Both names, each the way to that person's own rounds. */
function Sides({ round: { sides } }: { round: Round }) {
  const { t } = useTranslation();
  return sides.map(({ user_id, user_name }, at) => (
    <span key={user_id}>
      {at > 0 && ` ${t('admin.rounds.and')} `}
      <Link to={`/admin/rounds?user_id=${user_id}`} dir="auto">
        {user_name ?? t('admin.gone')}
      </Link>
    </span>
  ));
}

/** How much of the three minutes it lasted. */
function Length({ seconds }: { seconds: number | null }) {
  const share = Math.min(1, (seconds ?? 0) / rules.roundSeconds);
  return (
    <span className={styles.length} aria-hidden="true">
      <span style={{ inlineSize: `${share * 100}%` }} />
    </span>
  );
}

function Steps({ round }: { round: Round }) {
  const { t } = useTranslation();
  const api = useApi();
  const words = useProblemWords();
  const course = useQuery({
    queryKey: ['admin', 'round', round.match_id],
    queryFn: () => api.send<RoundCourse>({ method: 'GET', path: `/api/admin/matches/${round.match_id}` }),
  });
  if (!course.data) return <p role="status">{course.error ? words(course.error) : t('loading')}</p>;

  const { sides, compatibility_score, matched_topics } = course.data;
  const nameOf = (id: string | null) =>
    sides.find(({ user_id }) => user_id === id)?.user_name ?? t('admin.gone');
  const happenings = stepsOf(course.data, course.data.timeline).map(({ at, what, who }) => ({
    at,
    bright: what === 'started' || what === 'ended' || what === 'mutual',
    words: inWords(what, who),
  }));
  return (
    <>
      <Course happenings={happenings} label={t('admin.rounds.course')} />
      <p className={styles.fit}>
        {t('admin.rounds.score', { score: compatibility_score })}{' '}
        {sides.map(({ user_id, user_name, waited_seconds: waited }) =>
          waited === null ? null : (
            <span key={user_id}>
              {t('admin.rounds.waited', {
                name: user_name ?? t('admin.gone'),
                time: clockTime(waited * 1000, 'past'),
              })}{' '}
            </span>
          ),
        )}
      </p>
      <Tags tags={matched_topics} common={matched_topics} label={t('call.topics')} />
      <p className={styles.id}>{round.match_id}</p>
    </>
  );

  function inWords(what: ReturnType<typeof stepsOf>[number]['what'], who: string | null): string {
    if (what !== 'ended') return t(`admin.rounds.steps.${what}`, { name: nameOf(who) });
    const how = t(`admin.ends.${round.end_reason ?? 'clock'}`);
    return who === null
      ? t('admin.rounds.steps.ended', { how })
      : t('admin.rounds.steps.endedBy', { how, name: nameOf(who) });
  }
}

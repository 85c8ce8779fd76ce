import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { isProblem } from '../../../api/problem.ts';
import { Opening } from '../../../app/opening.tsx';
import { Page } from '../../../components/page.tsx';
import Lost from '../../lost/lost.tsx';
import { Badge } from '../badge.tsx';
import { useDesk } from '../desk.ts';
import { Deeds } from '../log/deeds.tsx';
import { PersonCard } from '../people/personCard.tsx';
import { Ways } from '../room.tsx';
import type { Story as Told } from '../wire.ts';
import { Chat } from './chat.tsx';
import { Decide } from './decide.tsx';
import { Evidence } from './evidence.tsx';
import { FlagText } from './flagText.tsx';
import { Notes } from './notes.tsx';
import styles from './story.module.css';

/** One flag's whole story, and what is done about it. */
export default function Story() {
  const { id = '' } = useParams();
  const desk = useDesk();
  const story = useQuery({
    queryKey: ['admin', 'story', id],
    queryFn: () => desk.story(id),
    refetchInterval: 15_000, // somebody else may claim it
  });
  if (isProblem(story.error, 'not_found', 'invalid')) return <Lost />;
  if (!story.data) return <Opening problem={story.error} />;
  return <Telling key={id} story={story.data} />;
}

function Telling({ story }: { story: Told }) {
  const { t } = useTranslation();
  const { flag, flagged, reporter, merged, names } = story;
  const name = names[flag.flagged_id] ?? t('admin.gone');
  return (
    <Page title={name} ways={<Ways />}>
      <div className={styles.story}>
        <header className={styles.head}>
          <p>
            <Link to="/admin/flags" state={{ last: flag.id }}>
              ← {t('admin.story.back')}
            </Link>
          </p>
          <h1 dir="auto">{name}</h1>
          {flag.queue === 'low_trust' && <Badge kind="candle">{t('admin.story.lowTrust')}</Badge>}
        </header>
        <Decide story={story} />
        <div className={styles.telling}>
          <FlagText flag={flag} names={names} />
          {merged.length > 0 && (
            <section className={styles.part} aria-labelledby="merged">
              <h2 id="merged">{t('admin.story.also', { count: merged.length })}</h2>
              {merged.map((other) => (
                <FlagText key={other.id} flag={other} names={names} linked />
              ))}
            </section>
          )}
          <Chat story={story} />
          <Evidence flag={flag} names={names} />
          <Notes notes={story.notes} names={names} />
          <section className={styles.part} aria-labelledby="deeds">
            <h2 id="deeds">{t('admin.story.deeds')}</h2>
            {story.log.length > 0 ? (
              <Deeds entries={story.log} names={names} />
            ) : (
              <p>{t('admin.story.deedsNone')}</p>
            )}
          </section>
        </div>
        <div className={styles.people}>
          <section className={styles.part} aria-labelledby="flagged">
            <h2 id="flagged">{t('admin.story.flagged')}</h2>
            <PersonCard person={flagged} names={names} />
          </section>
          <section className={styles.part} aria-labelledby="reporter">
            <h2 id="reporter">{t('admin.story.reporter')}</h2>
            <PersonCard person={reporter} names={names} />
          </section>
        </div>
      </div>
    </Page>
  );
}

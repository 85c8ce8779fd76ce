import { useTranslation } from 'react-i18next';
import { useJourney, useJourneySnapshot, useOffered } from '../../app/evening.ts';
import { Opening } from '../../app/opening.tsx';
import { Button } from '../../components/button.tsx';
import { CallScreen } from '../call/call.tsx';
import { Decision } from '../decision/decision.tsx';
import { Paused } from '../rest/paused.tsx';
import { Rest } from '../rest/rest.tsx';
import { Restricted } from '../rest/restricted.tsx';
import { Interlude } from '../rest/interlude.tsx';
import { Offer } from '../waiting/searchBar.tsx';
import { Waiting } from '../waiting/waiting.tsx';

/** The date: the server says where the person is, and that is the screen. */
export default function DateScreen() {
  const { ready, state, sessionStatus, elsewhere, problem, match } = useJourneySnapshot();
  const offered = useOffered();
  if (elsewhere) return <Elsewhere />;
  if (problem) return <Restricted problem={problem} />;
  if (!ready) return <Opening />;
  switch (state) {
    case 'IDLE':
      return sessionStatus === 'paused' ? <Paused /> : <Rest />;
    case 'WAITING':
    case 'DISCONNECTING': // it lasts until it is seen: a moment
      return <Waiting />;
    case 'CONNECTING':
    case 'IN_CALL':
      if (offered) return <Offer match={offered} />;
      return match ? <CallScreen key={match.call_session_id} match={match} /> : <Opening />;
    case 'DECIDING':
      return <Decision />;
  }
}

function Elsewhere() {
  const { t } = useTranslation();
  const journey = useJourney();
  return (
    <Interlude title={t('call.replacedTitle')} text={t('call.replaced')}>
      <Button kind="main" onClick={journey.takeBack}>
        {t('call.takeOver')}
      </Button>
    </Interlude>
  );
}

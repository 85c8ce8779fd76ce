import { HeadlessMantineProvider } from '@mantine/core';
import { Suspense, useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { inLiveRound } from '#core/journey/journey.ts';
import { DecisionReminder } from '../screens/decision/reminder.tsx';
import { FlagDesk } from '../screens/flag/flagDesk.tsx';
import { MatchMoment } from '../screens/match/matchMoment.tsx';
import { SearchBar } from '../screens/waiting/searchBar.tsx';
import '../i18n/i18nInside.ts';
import { Breakage } from './breakage.tsx';
import { Connection } from './connection.tsx';
import { EveningContext, eveningOf, useEvening, useJourneySnapshot, useOffered } from './evening.ts';
import { useApi, useStore } from './house.ts';
import { live } from './live.ts';
import { Opening } from './opening.tsx';
import { forgetAnswers, Queries } from './queries.tsx';

/** Everything behind the door: only for people who are signed in. */
export default function Inside() {
  const api = useApi();
  const { person, left } = useStore(api.tokens);
  const { pathname } = useLocation();
  return (
    <Queries>
      {person !== null ? (
        <HeadlessMantineProvider>
          <EveningContext value={eveningOf(api, person)}>
            <Usher />
            <FlagDesk>
              <SearchBar />
              <Breakage key={pathname} tell={api.broke} onAgain={forgetAnswers} meanwhile={<Unseen />}>
                <Suspense fallback={<Opening />}>
                  <Outlet />
                </Suspense>
              </Breakage>
              <MatchMoment />
              <DecisionReminder />
              <Connection />
            </FlagDesk>
          </EveningContext>
        </HeadlessMantineProvider>
      ) : (
        <Navigate {...(left ? { to: '/' } : { to: '/sign-in', state: { to: pathname } })} replace />
      )}
    </Queries>
  );
}

/** On a broken screen nobody sees that they are seen: the camera is let go of. */
function Unseen() {
  const { mirror } = useEvening();
  useEffect(() => mirror.close(), [mirror]);
  return null;
}

/** Keeps the journey going on every screen, and closes the camera on screens that do not show it. */
function Usher() {
  const { journey, mirror, stage } = useEvening();
  const offered = useOffered();
  const { state, elsewhere, problem } = useJourneySnapshot();
  const { pathname } = useLocation();
  const isShown =
    pathname === '/welcome/mirror' || inLiveRound(state) || (pathname === '/date' && state !== 'IDLE');
  const isOff = !isShown || offered !== null || elsewhere || problem !== null;

  useEffect(() => {
    if (isOff) mirror.close();
    else if (pathname === '/date') stage.prepare();
  }, [isOff, pathname, mirror, stage]);
  useEffect(() => {
    journey.restore();
    return () => {
      if (live.getSnapshot().live) return; // they are called back
      journey.leave();
      mirror.close();
    };
  }, [journey, mirror]);
  return null;
}

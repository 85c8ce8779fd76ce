import { HeadlessMantineProvider } from '@mantine/core';
import { Suspense, useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { FlagDesk } from '../screens/flag/flagDesk.tsx';
import { MatchMoment } from '../screens/match/matchMoment.tsx';
import '../i18n/i18nInside.ts';
import { Connection } from './connection.tsx';
import { EveningContext, eveningOf, useEvening, useJourneySnapshot } from './evening.ts';
import { useApi, usePersonId } from './house.ts';
import { live } from './live.ts';
import { Opening } from './opening.tsx';
import { Queries } from './queries.tsx';

/** Everything behind the door: only for people who are signed in. */
export default function Inside() {
  const api = useApi();
  const person = usePersonId();
  const { pathname } = useLocation();
  return (
    <Queries>
      {person !== null ? (
        <HeadlessMantineProvider>
          <EveningContext value={eveningOf(api, person)}>
            <Usher />
            <FlagDesk>
              <Suspense fallback={<Opening />}>
                <Outlet />
              </Suspense>
              <MatchMoment />
              <Connection />
            </FlagDesk>
          </EveningContext>
        </HeadlessMantineProvider>
      ) : (
        <Navigate to="/sign-in" state={{ to: pathname }} replace />
      )}
    </Queries>
  );
}

/** Goes on with the evening while somebody is inside, and lets go of the camera where nobody may see them. */
function Usher() {
  const { journey, mirror } = useEvening();
  const { state, elsewhere } = useJourneySnapshot();
  const { pathname } = useLocation();
  const isResting = state === 'IDLE' && pathname !== '/welcome/mirror';

  useEffect(() => {
    if (isResting || elsewhere) mirror.close();
  }, [isResting, elsewhere, mirror]);
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

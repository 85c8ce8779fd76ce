import { HeadlessMantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect } from 'react';
import { Navigate, Outlet, useLocation, useNavigate } from 'react-router';
import { inLiveRound } from '#core/journey/journey.ts';
import { FlagDesk } from '../screens/flag/flagDesk.tsx';
import { MatchMoment } from '../screens/match/matchMoment.tsx';
import '../i18n/i18nInside.ts';
import { isProblem } from '../api/problem.ts';
import { Connection } from './connection.tsx';
import { EveningContext, eveningOf, useEvening, useJourneySnapshot } from './evening.ts';
import { useApi, useSignedIn } from './house.ts';
import { Opening } from './opening.tsx';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // The transport has tried again already; what the server refuses it will refuse again.
      retry: (failures, error) => failures < 2 && isProblem(error) && error.passing,
    },
  },
});

/** Everything behind the door: only for people who are signed in. */
export default function Inside() {
  const api = useApi();
  const signedIn = useSignedIn();
  const { pathname } = useLocation();
  useEffect(() => {
    if (!signedIn) queries.clear();
  }, [signedIn]);
  if (!signedIn) return <Navigate to="/sign-in" state={{ to: pathname }} replace />;
  return (
    <QueryClientProvider client={queries}>
      <HeadlessMantineProvider>
        <EveningContext value={eveningOf(api)}>
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
    </QueryClientProvider>
  );
}

/** Takes people to where somebody waits for them, and lets go of the camera when the evening is over. */
function Usher() {
  const { journey, mirror } = useEvening();
  const { state, sessionStatus, elsewhere } = useJourneySnapshot();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const isCalled = !elsewhere && (inLiveRound(state) || state === 'DECIDING') && pathname !== '/date';
  const isOver = state === 'IDLE' && sessionStatus !== 'paused' && pathname !== '/welcome/mirror';

  useEffect(() => {
    if (isCalled) void navigate('/date');
  }, [isCalled, navigate]);
  useEffect(() => {
    if (isOver || elsewhere) mirror.close();
  }, [isOver, elsewhere, mirror]);
  useEffect(() => {
    journey.restore();
    return () => journey.leave();
  }, [journey]);
  return null;
}

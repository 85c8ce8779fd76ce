import { HeadlessMantineProvider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { again } from '../../app/again.ts';
import { Connection } from '../../app/connection.tsx';
import { useApi, useStore } from '../../app/house.ts';
import { Opening } from '../../app/opening.tsx';
import { Queries } from '../../app/queries.tsx';
import '../../i18n/i18nAdmin.ts';
import '../../i18n/i18nInside.ts';
import Lost from '../lost/lost.tsx';
import { StaffContext } from './staff.ts';

const Overview = lazy(() => again(() => import('./overview/overview.tsx')));
const Rounds = lazy(() => again(() => import('./rounds/rounds.tsx')));
const Queue = lazy(() => again(() => import('./flags/queue.tsx')));
const Story = lazy(() => again(() => import('./flags/story.tsx')));
const Person = lazy(() => again(() => import('./people/person.tsx')));
const Restrictions = lazy(() => again(() => import('./restrictions/restrictions.tsx')));
const Appeals = lazy(() => again(() => import('./appeals/appeals.tsx')));
const Log = lazy(() => again(() => import('./log/log.tsx')));

/** The rooms behind the house. Whoever has no business here finds what they find at any address that leads nowhere. */
export default function Admin() {
  const { signedIn, left } = useStore(useApi().tokens);
  const { pathname } = useLocation();
  return (
    <Queries>
      {signedIn ? <Rooms /> : <Navigate to={left ? '/' : '/sign-in'} state={{ to: pathname }} replace />}
    </Queries>
  );
}

function Rooms() {
  const api = useApi();
  const me = useQuery({ queryKey: ['me'], queryFn: () => api.me() });
  if (!me.data) return <Opening problem={me.error} />;
  if (me.data.role === 'member') return <Lost />;
  return (
    <HeadlessMantineProvider>
      <StaffContext value={me.data}>
        <Suspense fallback={<Opening />}>
          <Routes>
            <Route index element={<Overview />} />
            <Route path="rounds" element={<Rounds />} />
            <Route path="flags" element={<Queue />} />
            <Route path="flags/:id" element={<Story />} />
            <Route path="people/:id" element={<Person />} />
            <Route path="restrictions" element={<Restrictions />} />
            <Route path="appeals" element={<Appeals />} />
            <Route path="log" element={<Log />} />
            <Route path="*" element={<Lost />} />
          </Routes>
        </Suspense>
      </StaffContext>
      <Connection />
    </HeadlessMantineProvider>
  );
}

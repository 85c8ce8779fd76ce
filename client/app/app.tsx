import { lazy, Suspense } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';
import type { Api } from '../api/api.ts';
import { Announcer } from '../components/announcer.tsx';
import { SkipLink } from '../components/skipLink.tsx';
import { Landing } from '../screens/landing/landing.tsx';
import { again } from './again.ts';
import { Breakage } from './breakage.tsx';
import { fetchEngine } from './fetchEngine.ts';
import { ApiContext, useStore } from './house.ts';
import { live } from './live.ts';
import { Opening } from './opening.tsx';

const loadInside = () => import('./inside.tsx');
const loadDate = () => import('../screens/date/date.tsx');

// Only the landing page is there at once; whoever comes in gets the rest meanwhile.
const SignIn = lazy(() => again(() => import('../screens/account/signIn.tsx')));
const Register = lazy(() => again(() => import('../screens/account/register.tsx')));
const Safety = lazy(() => again(() => import('../screens/safety/safety.tsx')));
const Lost = lazy(() => again(() => import('../screens/lost/lost.tsx')));
const Inside = lazy(() => again(loadInside));
const Welcome = lazy(() => again(() => import('../screens/welcome/welcome.tsx')));
const GreenRoom = lazy(() => again(() => import('../screens/mirror/mirror.tsx')));
const DateScreen = lazy(() => again(loadDate));
const Matches = lazy(() => again(() => import('../screens/matches/matches.tsx')));
const Settings = lazy(() => again(() => import('../screens/settings/settings.tsx')));
const Admin = lazy(() => again(() => import('../screens/admin/admin.tsx')));

// Somebody who loads the page anew during a date has a partner waiting: all of it at once, not one after the other.
if (location.pathname === '/date')
  for (const load of [loadInside, loadDate, fetchEngine]) load().catch(() => undefined);

/** All of Minuet: which address shows which screen. */
export function App({ api }: { api: Api }) {
  return (
    <Breakage tell={api.broke}>
      <ApiContext value={api}>
        <BrowserRouter>
          <SkipLink />
          <CalledBack />
          <Suspense fallback={<Opening />}>
            <Routes>
              <Route path="/" element={<Landing />} />
              <Route path="/sign-in" element={<SignIn />} />
              <Route path="/register" element={<Register />} />
              <Route path="/safety" element={<Safety />} />
              <Route element={<Inside />}>
                <Route path="/welcome" element={<Welcome />} />
                <Route path="/welcome/mirror" element={<GreenRoom />} />
                <Route path="/date" element={<DateScreen />} />
                <Route path="/matches" element={<Matches />} />
                <Route path="/settings" element={<Settings />} />
              </Route>
              <Route path="/admin/*" element={<Admin />} />
              <Route path="*" element={<Lost />} />
            </Routes>
          </Suspense>
        </BrowserRouter>
        <Announcer />
      </ApiContext>
    </Breakage>
  );
}

/** The back button ends no date: whoever has somebody waiting is taken back to them. */
function CalledBack() {
  const { pathname } = useLocation();
  return useStore(live).live && pathname !== '/date' ? <Navigate to="/date" /> : null;
}

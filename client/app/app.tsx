import { lazy, Suspense } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import type { Api } from '../api/api.ts';
import { Announcer } from '../components/announcer.tsx';
import { Landing } from '../screens/landing/landing.tsx';
import { Breakage } from './breakage.tsx';
import { ApiContext } from './house.ts';
import { Opening } from './opening.tsx';

// Only the landing page is there at once; whoever comes in gets the rest meanwhile.
const SignIn = lazy(() => import('../screens/account/signIn.tsx'));
const Register = lazy(() => import('../screens/account/register.tsx'));
const Safety = lazy(() => import('../screens/safety/safety.tsx'));
const Lost = lazy(() => import('../screens/lost/lost.tsx'));
const Inside = lazy(() => import('./inside.tsx'));
const Welcome = lazy(() => import('../screens/welcome/welcome.tsx'));
const GreenRoom = lazy(() => import('../screens/mirror/mirror.tsx'));
const DateScreen = lazy(() => import('../screens/date/date.tsx'));
const Matches = lazy(() => import('../screens/matches/matches.tsx'));
const Settings = lazy(() => import('../screens/settings/settings.tsx'));

/** All of Minuet: which address shows which screen. */
export function App({ api }: { api: Api }) {
  return (
    <Breakage>
      <ApiContext value={api}>
        <BrowserRouter>
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
              <Route path="*" element={<Lost />} />
            </Routes>
          </Suspense>
        </BrowserRouter>
        <Announcer />
      </ApiContext>
    </Breakage>
  );
}

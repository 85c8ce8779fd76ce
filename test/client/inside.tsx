import type { ReactNode } from 'react';
import type { Api } from '../../client/api/api.ts';
import type { Evening } from '../../client/app/evening.ts';
import type { JourneySnapshot } from '../../client/journey/journey.ts';
import { createStore, type Writable } from '../../client/store.ts';

export const waiting: JourneySnapshot = {
  ready: true,
  state: 'WAITING',
  sessionId: 's',
  sessionStatus: 'active',
  message: '',
  queue: null,
  nobodyNew: false,
  match: null,
  joinMs: null,
  decision: null,
  notice: null,
  health: 'ok',
  elsewhere: false,
  problem: null,
};

export const match: NonNullable<JourneySnapshot['match']> = {
  call_session_id: 'round',
  video_session_id: 'round',
  role: 'offerer',
  user_name: 'Jonas',
  user_age: 32,
  user_bio: '',
  user_interests: ['jazz'],
  matched_topics: ['jazz'],
  compatibility_score: 71,
  score_parts: { interests: 40, age: 10 },
  is_actual_match: false,
  mode: 'video',
  round_seconds: 180,
  join_by: '2026-01-01T00:00:15.000Z',
};

/** A journey that the test moves, with those verbs that the test is about. */
export function fakeJourney(snapshot: Partial<JourneySnapshot>, verbs: object = {}) {
  const store = createStore<JourneySnapshot>({ ...waiting, ...snapshot });
  return { ...store, ...verbs } as unknown as Evening['journey'] & Writable<JourneySnapshot>;
}

/** Nothing is thrown away later: a timer would keep the run alive. */
const kept = { gcTime: Infinity };

/** Renders a screen as behind the door. Everything that looks for a document is imported only now. */
export async function renderInside(
  ui: ReactNode,
  { journey = fakeJourney({}), mirror = {}, api = {}, stage = {} } = {},
) {
  const [{ render }, { MemoryRouter }, { QueryClient, QueryClientProvider }, { HeadlessMantineProvider }] =
    await Promise.all([
      import('@testing-library/react'),
      import('react-router'),
      import('@tanstack/react-query'),
      import('@mantine/core'),
    ]);
  const [{ EveningContext }, { ApiContext }, { FlaggingContext }, { createTokens }] = await Promise.all([
    import('../../client/app/evening.ts'),
    import('../../client/app/house.ts'),
    import('../../client/screens/flag/flagging.ts'),
    import('../../client/api/tokens.ts'),
    import('../../client/i18n/i18nInside.ts'),
  ]);
  const evening = {
    journey,
    mirror: { ...createStore({ hasCamera: false }), ...mirror },
    stage: { ...createStore({ call: null, offered: null }), ...stage },
    farewell: createStore({ lost: false }),
    drafts: new Map(),
  } as unknown as Evening;
  const house = { tokens: createTokens(), ...api } as unknown as Api;
  return render(
    <ApiContext value={house}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: kept, mutations: kept } })}>
        <HeadlessMantineProvider>
          <EveningContext value={evening}>
            <FlaggingContext value={{ flag: () => undefined }}>
              <MemoryRouter>{ui}</MemoryRouter>
            </FlaggingContext>
          </EveningContext>
        </HeadlessMantineProvider>
      </QueryClientProvider>
    </ApiContext>,
  );
}

import { createContext, use } from 'react';
import type { Api } from '../api/api.ts';
import { storageOf } from '../api/storage.ts';
import type { MatchData } from '../api/wire.ts';
import type { Call } from '../call/engine.ts';
import { hush } from '../components/announcer.tsx';
import { createJourney, type Journey, type JourneySnapshot } from '../journey/journey.ts';
import { createMirror, type Mirror, type Reflection } from '../media/mirror.ts';
import type { Drafts } from './drafts.ts';
import { watchFarewell, type Farewell } from './farewell.ts';
import { useStore } from './house.ts';
import { createStage, type Stage } from './stage.ts';

/** What lives as long as one person is signed in on the page, whatever screen is shown. */
export interface Evening {
  journey: Journey;
  mirror: Mirror;
  stage: Stage;
  farewell: Farewell;
  drafts: Drafts;
}

export const EveningContext = createContext<Evening | null>(null);

/** The journey, the mirror and the call of this page. */
export function useEvening(): Evening {
  const evening = use(EveningContext);
  if (!evening) throw new Error('useEvening outside of the house');
  return evening;
}

export const useJourney = (): Journey => useEvening().journey;
export const useJourneySnapshot = (): JourneySnapshot => useStore(useEvening().journey);
export const useMirror = (): Mirror => useEvening().mirror;
export const useReflection = (): Reflection => useStore(useEvening().mirror);
/** Whether the call's code does not arrive. */
export const useIsStuck = (): boolean => useStore(useEvening().stage).stuck;
/** The call of the round that the person is in; null outside one, and while its code is on its way. */
export const useCall = (): Call | null => useStore(useEvening().stage).call;
export const useStage = (): Stage => useEvening().stage;
/** The round that waits for the person's tap. */
export const useOffered = (): MatchData | null => useStore(useEvening().stage).offered;

let evening: { of: string; context: Evening } | undefined;

/**
 * The one evening of this page and person: React may mount its screens twice, the server must not be asked twice. With
 * another person everything begins anew.
 */
export function eveningOf(api: Api, person: string): Evening {
  if (evening?.of !== person) evening = { of: person, context: open(api, person) };
  return evening.context;
}

function open(api: Api, person: string): Evening {
  const memory = storageOf(person);
  const { journey, farewell } = watchFarewell(createJourney(api, { storage: memory }));
  const mirror = createMirror(navigator.mediaDevices);
  const stage = createStage(api, journey, mirror, memory);
  const unwatch = api.tokens.subscribe(() => {
    if (api.tokens.getSnapshot().person === person) return;
    unwatch();
    if (evening?.of === person) evening = undefined;
    stage.close();
    journey.close();
    mirror.close();
    hush();
  });
  return { journey, mirror, farewell, stage, drafts: new Map() };
}

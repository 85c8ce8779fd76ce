import { createContext, use } from 'react';

/** Reporting somebody, from wherever one is. */
export interface Flagging {
  /** Reports at once; what happened is asked afterwards. */
  flag: (matchId: string, name: string) => void;
}

export const FlaggingContext = createContext<Flagging | null>(null);

/** The way to report somebody; the dialog outlives the date that the report ends. */
export function useFlagging(): Flagging {
  const flagging = use(FlaggingContext);
  if (!flagging) throw new Error('useFlagging outside of the house');
  return flagging;
}

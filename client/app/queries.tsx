import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { isProblem } from '../api/problem.ts';
import { usePersonId } from './house.ts';

let cache: { of: string | null; queries: QueryClient } | undefined;

/** The answers read for one person. With another person the cache begins anew. */
function queriesOf(person: string | null): QueryClient {
  if (cache?.of !== person) {
    cache?.queries.clear();
    cache = { of: person, queries: create() };
  }
  return cache.queries;
}

/** Everything is read anew: something has changed that no screen in sight has done. */
export const forgetAnswers = (): void => cache?.queries.clear();

const create = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // The transport has tried again already; what the server refuses it will refuse again.
        retry: (failures, error) => failures < 2 && isProblem(error) && error.passing,
      },
    },
  });

/**
 * What was read from the server, and everything on the screen that was made of it: for as long as the same person is
 * signed in.
 */
export function Queries({ children }: { children: ReactNode }) {
  const person = usePersonId();
  return (
    <QueryClientProvider client={queriesOf(person)}>
      <Fragment key={person}>{children}</Fragment>
    </QueryClientProvider>
  );
}

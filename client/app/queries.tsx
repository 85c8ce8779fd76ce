import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { isProblem } from '../api/problem.ts';
import { useSignedIn } from './house.ts';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // The transport has tried again already; what the server refuses it will refuse again.
      retry: (failures, error) => failures < 2 && isProblem(error) && error.passing,
    },
  },
});

/** What was read from the server, kept for as long as the same person is signed in. */
export function Queries({ children }: { children: ReactNode }) {
  const signedIn = useSignedIn();
  useEffect(() => {
    if (!signedIn) queries.clear();
  }, [signedIn]);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}

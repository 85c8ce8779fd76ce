import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../app/house.ts';
import { isToldOf, type OwnRestrictions, type Statement } from './statement.ts';

/** What the house holds against somebody: what they are told of, and whether any of it restricts them now. */
export function useStanding(): { told: readonly Statement[]; restricted: boolean } {
  const api = useApi();
  const [lookedAtMs] = useState(() => Date.now());
  const list = useQuery({
    queryKey: ['restrictions'],
    queryFn: () => api.send<OwnRestrictions>({ method: 'GET', path: '/api/me/restrictions' }),
  });
  const all = list.data?.restrictions ?? [];
  return {
    told: all.filter((one) => isToldOf(one, lookedAtMs)),
    restricted: all.some((one) => one.active),
  };
}

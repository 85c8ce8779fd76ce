import { useMemo } from 'react';
import type { Query } from '../../api/transport.ts';
import { useApi } from '../../app/house.ts';
import type * as wire from './wire.ts';

/** What a moderator can ask of the server. */
export function useDesk() {
  const { send } = useApi();
  return useMemo(() => {
    const get = <Answer>(path: string, query: Query = {}) =>
      send<Answer>({ method: 'GET', path: `/api/admin/${path}`, query });
    const post = <Answer>(path: string, body: object = {}) =>
      send<Answer>({ method: 'POST', path: `/api/admin/${path}`, body });

    return {
      cases: (query: Query) => get<wire.Queue>('flags', query),
      story: (id: string) => get<wire.Story>(`flags/${id}`),
      claim: (id: string) => post<{ flags: number }>(`flags/${id}/claim`),
      resolve: (id: string, body: wire.Resolution) => post<wire.Closed>(`flags/${id}/resolve`, body),
      dismiss: (id: string) => post<wire.Closed>(`flags/${id}/dismiss`),
      note: (id: string, text: string) => post<{ id: string }>(`flags/${id}/notes`, { text }),

      people: (q: string) => get<wire.People>('users', { q }),
      person: (id: string) => get<wire.PersonFound>(`users/${id}`),
      setRole: (id: string, role: wire.Role) =>
        send<undefined>({ method: 'PATCH', path: `/api/admin/users/${id}`, body: { role } }),

      restrictions: (query: Query) => get<wire.Restrictions>('restrictions', query),
      impose: (order: wire.Order) => post<wire.Imposed>('restrictions', order),
      confirm: (id: string) => post<object>(`restrictions/${id}/confirm`),
      lift: (id: string) => post<object>(`restrictions/${id}/lift`),

      newcomers: () => get<wire.Newcomers>('newcomers'),
      letIn: (deviceId: string) => post<undefined>(`newcomers/${deviceId}/let-in`),
      urgent: () => get<wire.Urgent>('urgent'),

      appeals: (query: Query) => get<wire.Appeals>('appeals', query),
      answer: (id: string, body: wire.AppealAnswer) => post<object>(`appeals/${id}/answer`, body),

      log: (query: Query) => get<wire.Log>('log', query),
      verify: (known?: string) => get<wire.Verification>('log/verification', { known }),
    };
  }, [send]);
}

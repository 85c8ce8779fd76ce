import type { Operation } from '#api/operation.ts';
import type { Scene } from './scene.ts';

/** Who asks, seen from the one whose things are asked for. */
export const askers = [
  'nobody',
  'stranger',
  'guest',
  'restricted',
  'ex-partner',
  'moderator',
  'admin',
  'partner',
  'owner',
] as const;
export type Asker = (typeof askers)[number];

/** What somebody is answered: a status, and the code of the problem where it is one. */
type Cell = number | `${number} ${string}`;
type Cells = Record<Asker, Cell>;

/** One operation: what is asked, always for the owner's things, and what each is answered. */
export interface Row {
  cells: Cells;
  /** The values of {id} and the query. */
  path?: (scene: Scene) => string;
  body?: (scene: Scene) => object | Promise<object>;
}

const all = (cell: Cell): Cells => ({
  ...{
    nobody: cell,
    stranger: cell,
    guest: cell,
    restricted: cell,
    'ex-partner': cell,
    moderator: cell,
    admin: cell,
  },
  ...{ partner: cell, owner: cell },
});
const out = { nobody: '401 unauthenticated', restricted: '403 restricted' } as const;

/** Anybody, whoever they are: the token is not looked at. */
const anybody = (cell: Cell): Cells => all(cell);
/** Everybody's own: whoever is signed in, of themselves alone. */
const ownOf = (cell: Cell): Cells => ({ ...all(cell), ...out });
/** As `ownOf`, and open to the restricted. */
const ownOfAll = (cell: Cell): Cells => ({ ...all(cell), nobody: out.nobody });
/** The two people of a round; for anybody else there is no such round. */
const theTwo = (cell: Cell): Cells => ({ ...all('404 not_found'), ...out, owner: cell, partner: cell });
// What polls read says who is restricted; a round of others is unknown before anything is read. Of their own: 403.
const unknownFirst = { restricted: '404 not_found' } as const;
/** The owner alone; for anybody else there is no such thing. */
const ownerOnly = (cell: Cell): Cells => ({ ...all('404 not_found'), ...out, owner: cell });
const moderators = (cell: Cell, admin: Cell = cell): Cells => ({
  ...all('403 forbidden'),
  nobody: out.nobody,
  moderator: cell,
  admin,
});
const admins = (cell: Cell): Cells => ({ ...all('403 forbidden'), nobody: out.nobody, admin: cell });

/** The owner's records: their own, and the moderators'. */
const ownerAndModerators = (cell: Cell): Cells => ({
  ...all('403 forbidden'),
  ...{ ...out, owner: cell, moderator: cell, admin: cell },
});

const round = ({ round: id }: Scene) => id;
const ofTheOwner = ({ people }: Scene) => `?user_id=${people.owner.id}`;
const session = (scene: Scene) => ({ session_id: scene.session });
const reason = 'It was seen by several people';

/** The whole matrix: one row an operation. An operation without a row fails the build. */
export const matrix: Record<string, Row> = {
  'post /api/auth/guest': { cells: anybody(201), body: () => guest },
  'post /api/auth/register': {
    cells: { ...all('409 already_registered'), nobody: '400 invalid', guest: 201 },
    body: () => ({ email: 'new@example.org', password: 'correct horse battery' }),
  },
  'post /api/auth/login': { cells: anybody(200), body: (scene) => scene.credentials },
  'post /api/auth/refresh': {
    cells: anybody(200),
    body: async (scene) => ({ refresh_token: await scene.refreshToken() }),
  },
  'post /api/auth/logout': {
    cells: anybody(204),
    body: async (scene) => ({ refresh_token: await scene.refreshToken() }),
  },

  'get /api/me': { cells: ownOfAll(200) },
  'patch /api/me': { cells: ownOf(200), body: () => ({ bio: 'Hello' }) },
  'delete /api/me': { cells: ownOfAll(204) },
  'get /api/me/export': { cells: ownOfAll(200) },
  'get /api/me/restrictions': { cells: ownOfAll(200) },
  'post /api/me/restrictions/{id}/seen': {
    cells: { ...ownerOnly(204), restricted: '404 not_found' },
    path: ({ warning }) => warning,
  },
  'post /api/appeals': {
    cells: { ...all('404 not_found'), nobody: out.nobody, restricted: 201 },
    body: ({ restriction }) => ({ restriction_id: restriction, text: reason }),
  },

  'post /api/continuous-matching/start': { cells: ownOf(201), body: () => ({}) },
  'get /api/continuous-matching/next-match': {
    cells: ownerOnly(200),
    path: (scene) => `?session_id=${scene.session}`,
  },
  'post /api/continuous-matching/heartbeat': { cells: ownerOnly(200), body: session },
  'post /api/continuous-matching/pause': { cells: ownerOnly(200), body: session },
  'post /api/continuous-matching/resume': { cells: ownerOnly(200), body: session },
  'post /api/continuous-matching/end': { cells: ownerOnly(200), body: session },
  'post /api/continuous-matching/leave': { cells: ownerOnly(204), body: session },
  'post /api/continuous-matching/continue-decision': {
    cells: theTwo('409 decision_closed'),
    body: (scene) => ({ match_id: scene.round, decision: 'continue' }),
  },

  'get /api/video/session/{id}': { cells: theTwo(200), path: round },
  'post /api/video/join-call/{id}': { cells: theTwo(200), path: round },
  'get /api/video/signals/{id}': { cells: { ...theTwo(200), ...unknownFirst }, path: round },
  'post /api/video/send-signal': {
    cells: { ...theTwo(202), ...unknownFirst },
    body: (scene) => ({ session_id: scene.round, type: 'ice-candidate', data: {} }),
  },
  'post /api/video/skip-call/{id}': { cells: theTwo(200), path: round },
  'post /api/video/end-call/{id}': { cells: theTwo(200), path: round },
  'post /api/video/leave/{id}': { cells: theTwo(204), path: round, body: () => ({ epoch: 1 }) },
  'post /api/video/messages/{id}': { cells: theTwo(201), path: round, body: () => ({ text: 'Hello' }) },
  'post /api/video/quality/{id}': { cells: theTwo(204), path: round, body: () => ({ rtt_ms: 20 }) },

  'get /api/matches': {
    cells: { ...ownerAndModerators(200), restricted: '403 forbidden' }, // their own they may read
    path: ofTheOwner,
  },
  'get /api/matches/stats': { cells: ownerAndModerators(200), path: ofTheOwner },
  'get /api/matches/{id}': { cells: { ...theTwo(200), restricted: '404 not_found' }, path: round },
  'get /api/session/current': { cells: ownOf(200) },
  'get /api/session/history': { cells: ownerAndModerators(200), path: ofTheOwner },
  'post /api/activity/update': { cells: ownOf(200), body: () => ({ status: 'offline' }) },
  'get /api/activity/stats': { cells: ownOf(200) },
  'get /api/activity/history': { cells: moderators(200) },
  'post /api/flags': { cells: theTwo(201), body: (scene) => ({ match_id: scene.round }) },
  'get /api/flags': { cells: ownOf(200) },
  'patch /api/flags/{id}': {
    cells: ownerOnly(200),
    path: ({ flag }) => flag,
    body: () => ({ category: 'spam' }),
  },
  'delete /api/flags/{id}': { cells: ownerOnly(200), path: ({ flag }) => flag },
  'post /api/blocks': { cells: theTwo(201), body: (scene) => ({ match_id: scene.round }) },
  'get /api/blocks': { cells: ownOfAll(200) },
  'delete /api/blocks/{id}': { cells: ownerOnly(204), path: ({ block }) => block },

  'get /api/admin/flags': { cells: moderators(200) },
  'get /api/admin/flags/{id}': { cells: moderators(200), path: ({ flag }) => flag },
  'post /api/admin/flags/{id}/claim': { cells: moderators(200, '409 claimed'), path: ({ flag }) => flag },
  'post /api/admin/flags/{id}/resolve': {
    cells: moderators('409 not_claimed'),
    path: ({ flag }) => flag,
    body: () => ({ action: 'none' }),
  },
  'post /api/admin/flags/{id}/dismiss': { cells: moderators('409 not_claimed'), path: ({ flag }) => flag },
  'post /api/admin/flags/{id}/notes': {
    cells: moderators(201),
    path: ({ flag }) => flag,
    body: () => ({ text: reason }),
  },
  'get /api/admin/users': { cells: moderators(200), path: () => '?q=Ann' },
  'get /api/admin/users/{id}': { cells: moderators(200), path: ({ people }) => people.owner.id },
  'patch /api/admin/users/{id}': {
    cells: admins(204),
    path: ({ people }) => people.stranger.id,
    body: () => ({ role: 'moderator' }),
  },
  'get /api/admin/restrictions': { cells: moderators(200) },
  'post /api/admin/restrictions': {
    cells: moderators(201),
    body: ({ people }) => ({ user_id: people.guest.id, kind: 'warning', reason }),
  },
  'post /api/admin/restrictions/{id}/confirm': {
    cells: moderators('409 settled_already'),
    path: ({ restriction }) => restriction,
  },
  'post /api/admin/restrictions/{id}/lift': {
    cells: moderators(200),
    path: ({ restriction }) => restriction,
  },
  'get /api/auth/entry': { cells: anybody(200) },
  'get /api/admin/newcomers': { cells: moderators(200) },
  'post /api/admin/newcomers/{id}/let-in': {
    cells: moderators('404 not_found'),
    path: ({ people }) => people.guest.me.deviceId,
  },
  'get /api/admin/urgent': { cells: moderators(200) },
  'get /api/admin/appeals': { cells: moderators(200) },
  'post /api/admin/appeals/{id}/answer': {
    cells: moderators(200, '409 settled_already'),
    path: ({ appeal }) => appeal,
    body: () => ({ decision: 'uphold', answer: reason }),
  },
  'get /api/admin/log': { cells: moderators(200) },
  'get /api/admin/log/verification': { cells: moderators(200) },
  'get /api/admin/live': { cells: moderators(200) },
  'get /api/admin/activity/at': { cells: moderators(200) },
  'get /api/admin/matches': { cells: moderators(200) },
  'get /api/admin/matches/{id}': { cells: moderators(200), path: round },
  'get /api/admin/statistics/rounds': { cells: moderators(200) },
  'get /api/admin/statistics/waits': { cells: moderators(200) },
  'get /api/admin/statistics/states': { cells: moderators(200) },
  'get /api/admin/statistics/calls': { cells: moderators(200) },
  'get /api/admin/statistics/exclusions': { cells: moderators(200) },
  'get /api/admin/statistics/anomalies': { cells: moderators(200) },
  'get /api/admin/statistics/moderation': { cells: moderators(200) },
  'get /api/admin/queues': { cells: moderators(200) },
  'get /api/admin/jobs': { cells: moderators(200) },
  'post /api/admin/jobs/{id}/retry': { cells: admins('404 not_found'), path: () => 'rounds:end-round-x' },
  'get /api/admin/pools': { cells: moderators(200) },
  'post /api/client-errors': {
    cells: anybody(204),
    body: () => ({ kind: 'screen', name: 'TypeError', screen: '/date', places: ['assets/date-B1.js:1:2'] }),
  },

  'get /healthz': { cells: anybody(200) },
  'get /readyz': { cells: anybody(200) },
};

const guest = { display_name: 'Robin', birth_date: '1995-05-05', gender: 'woman' };

/** The name of an operation's row. */
export const rowOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`;

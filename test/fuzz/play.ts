import { randomUUID } from 'node:crypto';
import { draining } from '#api/draining.ts';
import { signAccessToken, type Me } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { sweep } from '#core/sweeper.ts';
import { sql } from '#db/postgres.ts';
import { setTheScene, type Scene } from '../api/scene.ts';
import { runWave } from '../cast.ts';
import { createMemory, type Memory } from './memory.ts';
import { spoil } from './spoil.ts';
import type { Asked, Raw, Step } from './steps.ts';

/** What came of one request. */
export interface Came {
  status: number;
  type: string | null;
  body: unknown;
  headers: Headers;
}

/** A request as it goes over the wire. */
interface Sent {
  path: Record<string, string>;
  query: Record<string, unknown>;
  header: Record<string, unknown>;
  body: unknown;
  raw: Raw | undefined;
}

/** Sets the scene of the authorization matrix, and gives the player of its steps. */
export async function openPlay(address: string) {
  const scene = await setTheScene();
  await sql(
    `UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE email = $1) WHERE password_hash = 'x'`,
    [scene.credentials.email],
  ); // whoever has an e-mail address may try to sign in with it
  const memory = createMemory();
  rememberScene(memory, scene);
  const family = randomUUID();
  const stranger = { userId: randomUUID(), deviceId: randomUUID(), familyId: family, role: 'admin' } as const;

  /**
   * Plays one step.
   * @returns what is wrong with what came of it; null if nothing is
   */
  return async (step: Step): Promise<{ wrong: string | null; came?: Came; allowed?: boolean }> => {
    clock.advance(1);
    if ('seconds' in step) {
      clock.advance(step.seconds * 1000);
      await sweep();
      await runWave();
      return { wrong: null };
    }
    const { sent, came } = await ask(address, step, memory, tokenOf(step, scene, memory, stranger));
    const allowed =
      sent.raw === undefined && step.operation.allows({ ...sent, query: asRead(step, sent.query) });
    return { wrong: judge(step, came, allowed), came, allowed };
  };
}

/** Sends one request, and remembers what its answer holds. */
export async function ask(
  address: string,
  step: Asked,
  memory: Memory,
  token: string | undefined,
): Promise<{ sent: Sent; came: Came }> {
  const sent = readyToSend(step, memory);
  const came = await answerTo(request(address, step, sent, token), sent);
  memory.note(came.body, step.operation.path.split('/'));
  if (came.status < 300) memory.note(sent.body, []);
  return { sent, came };
}

function rememberScene(memory: Memory, scene: Scene): void {
  memory.keep('match_id', scene.round);
  memory.keep('session_id', scene.session);
  for (const name of ['flag', 'block', 'warning', 'restriction', 'appeal'] as const)
    for (const called of [name, `${name}s`, `${name}_id`]) memory.keep(called, scene[name]);
  for (const player of Object.values(scene.people)) memory.keep('user_id', player.id);
  memory.keep('epoch', 1);
  memory.note(scene.credentials, []);
}

/** Puts in what earlier answers held, and spoils what is to be spoilt. */
function readyToSend({ operation, spoilt, ...asked }: Asked, memory: Memory): Sent {
  const parts = { path: asked.path, query: asked.query, header: asked.header, body: asked.body };
  const filled = memory.fill(parts) as typeof parts;
  if (spoilt && 'part' in spoilt) filled[spoilt.part] = spoil(filled[spoilt.part], spoilt.spoiling);
  const path = Object.fromEntries(
    Object.keys(operation.parameters.path.properties ?? {}).map((name) => [
      name,
      segment(field(filled.path, name)),
    ]),
  );
  return {
    path,
    query: isObject(filled.query) ? filled.query : {},
    header: isObject(filled.header) ? headersIn(filled.header) : {},
    body: filled.body,
    raw: spoilt && 'raw' in spoilt ? spoilt.raw : undefined,
  };
}

/** A segment of a path may be anything but nothing, or what addresses are shortened by. */
const segment = (value: unknown): string => {
  const written = wellFormed(asText(value)).slice(0, 300);
  return /^\.{0,2}$/.test(written) ? 'x' : written;
};

/** Only what HTTP can carry: another layer refuses the rest. */
const headersIn = (header: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(header)
      .filter(
        ([name, value]) =>
          /^[a-z-]+$/i.test(name) && typeof value === 'string' && /^[\x20-\x7e]+$/.test(value.trim()),
      )
      .map(([name, value]) => [name, String(value).trim()]),
  );

const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Addresses hold no half characters: encodeURIComponent would throw. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
const asText = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** What a query says once it is read: text, unless the contract asks for a number or a boolean and it is one. */
function asRead({ operation }: Asked, query: Record<string, unknown>): unknown {
  const schemas = operation.parameters.query.properties ?? {};
  return Object.fromEntries(
    Object.entries(query)
      .filter(([, value]) => !Array.isArray(value) || value.length > 0) // an empty list leaves no trace
      .map(([name, value]) => {
        const text = Array.isArray(value) ? value.map(asText) : asText(value);
        if (typeof text !== 'string') return [name, text.length === 1 ? text[0] : text];
        const type = schemas[name]?.type;
        if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return [name, Number(text)];
        if (type === 'boolean' && /^(true|false)$/.test(text)) return [name, text === 'true'];
        return [name, text];
      }),
  );
}

function tokenOf({ actor }: Asked, { people }: Scene, memory: Memory, stranger: Me): string | undefined {
  if (actor === 'nobody') return undefined;
  if (actor === 'forger') return `${signAccessToken(stranger, clock.now()).slice(0, -4)}AAAA`;
  if (actor === 'late') return signAccessToken(people.owner.me, clock.after(-86_400));
  if (actor === 'newcomer') return memory.newest('access_token') ?? signAccessToken(stranger, clock.now());
  return signAccessToken(people[actor].me, clock.now());
}

function request(
  address: string,
  { operation }: Asked,
  sent: Sent,
  token: string | undefined,
): Promise<Response> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(sent.path[name]!),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(sent.query))
    for (const each of Array.isArray(value) ? value : [value]) query.append(name, wellFormed(asText(each)));
  const body = sent.raw?.text ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
  return fetch(`${address}${path}${query.size > 0 ? `?${query.toString()}` : ''}`, {
    method: operation.method.toUpperCase(),
    signal: AbortSignal.timeout(patienceMs),
    headers: {
      ...(sent.header as Record<string, string>),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': sent.raw?.type ?? 'application/json' }),
    },
    ...(body !== undefined && operation.method !== 'get' && { body }),
  });
}

const heldAfterMs = 15;
const patienceMs = 10_000;

/** Waits for an answer; a request that is being held is answered as when the process is asked to stop. */
async function answerTo(asked: Promise<Response>, { query }: Sent): Promise<Came> {
  const letGo = () => {
    draining.begin();
    draining.reset();
  };
  const timer = query.wait === undefined ? undefined : setInterval(letGo, heldAfterMs);
  const response = await asked.catch(noAnswer).finally(() => clearInterval(timer));
  const text = await response.text();
  const type = response.headers.get('content-type');
  const body: unknown = text === '' ? undefined : type?.includes('json') ? JSON.parse(text) : text;
  return { status: response.status, type, body, headers: response.headers };
}

/** Something in the house hangs: that is an answer too. */
const noAnswer = (error: unknown): Response =>
  Response.json({ error: error instanceof Error ? error.name : error }, { status: 599 });

function judge({ operation }: Asked, came: Came, allowed: boolean): string | null {
  if (came.status >= 500) return `${came.status}: ${JSON.stringify(came.body)}`;
  const stray = operation.strays(came);
  if (stray !== null) return `${stray} (${asText(came.body).slice(0, 600)})`;
  if (came.status < 400) return allowed ? null : `${came.status} for what the contract does not allow`;
  if (field(came.body, 'status') !== came.status) return 'the problem says another status';
  if (came.status === 401 && !came.headers.has('www-authenticate')) return '401 without WWW-Authenticate';
  if (came.status === 429 && !came.headers.has('retry-after')) return '429 without Retry-After';
  return null;
}

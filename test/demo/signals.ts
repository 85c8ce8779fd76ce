import { z } from 'zod';
import { sentAnswer, type signalsAnswer } from '#core/wire/video.ts';
import { ask, type Scene } from './ask.ts';
import { breaks, type Ledger, type Visit } from './ledger.ts';
import type { Page } from './page.ts';
import type { Person } from './person.ts';

export type Mail = z.infer<typeof signalsAnswer>;

/** Marks what is sent with whose it is and where, so that whoever gets it can tell. */
export const spoken = (visit: Visit, words: string): string => `${words} [${visit.who} in ${visit.round}]`;

const uncounted = z.literal(true).optional();
const letter = z.union([
  z
    .object({ n: z.string(), sdp: z.string(), uncounted })
    .transform(({ n, sdp, uncounted }) => ({ n, words: sdp, uncounted })),
  z
    .object({ n: z.string(), candidate: z.string(), uncounted })
    .transform(({ n, candidate, uncounted }) => ({ n, words: candidate, uncounted })),
  z
    .object({ id: z.uuid(), text: z.string() })
    .transform(({ id, text }) => ({ n: id, words: text, uncounted: undefined })),
]);

/** The log has no gap, nothing comes twice, and everything is from the partner and of this round. */
export function checkMail(ledger: Ledger, visit: Visit, page: Page, { signals, next }: Mail): void {
  let expected = page.cursor === null ? (signals[0]?.seq ?? 0) : Number(page.cursor.split(':')[1]) + 1;
  for (const signal of signals) {
    const { data } = letter.safeParse(signal.data);
    if (signal.seq !== expected++) breaks(ledger, 'a gap in a mailbox');
    if (data === undefined) breaks(ledger, 'a signal came changed');
    else if (!data.words.endsWith(`[${visit.partner} in ${visit.round}]`))
      breaks(ledger, 'a signal for somebody else');
    else if (page.came.has(data.n) && !maybeRepeated(ledger, data)) breaks(ledger, 'a signal came twice');
    else page.came.add(data.n);
  }
  if (next !== null) page.cursor = next;
}

/** A plain script numbers nothing: when an answer is lost it repeats itself, and the server cannot know. */
const maybeRepeated = ({ answers }: Ledger, letter: { uncounted: true | undefined }): boolean =>
  letter.uncounted === true && answers.has('no connection');

/** Greets a page of the partner that is new with an offer, and answers theirs, as the roles say. */
export async function exchange(
  scene: Scene,
  person: Person,
  visit: Visit,
  page: Page,
  mail: Mail,
): Promise<void> {
  if (visit.mode === 'text') return;
  const { epoch } = mail.session.peer;
  const offered = mail.signals.some((signal) => signal.type === 'offer' && signal.epoch === epoch);
  const offers = visit.role === 'offerer' && epoch > page.peerEpoch;
  page.peerEpoch = Math.max(page.peerEpoch, epoch);
  if (offers) await send(scene, person, visit, page, 'offer');
  else if (visit.role === 'answerer' && offered) await send(scene, person, visit, page, 'answer');
}

interface Signal {
  client_seq: number;
  type: 'offer' | 'answer' | 'ice-candidate';
  data: object;
}

async function send(
  scene: Scene,
  person: Person,
  visit: Visit,
  page: Page,
  type: 'offer' | 'answer',
): Promise<void> {
  const body = 'a=candidate '.repeat(150);
  const n = () => `${page.epoch}:${(page.sent += 1)}`;
  const first = { type, data: { type, n: n(), sdp: spoken(visit, `v=0 ${body}`) } };
  const candidates = [1, 2, 3].map((at) => {
    const data = {
      n: n(),
      sdpMid: '0',
      candidate: spoken(visit, `candidate:${at} 1 udp 2122 192.0.2.${at} 9`),
    };
    return { type: 'ice-candidate' as const, data };
  });
  const from = page.sent - candidates.length;
  const signals = [first, ...candidates].map((signal, at) => ({ client_seq: from + at, ...signal }));
  if (person.held) await sendTogether(scene, person, visit, page, signals);
  else await sendSingly(scene, person, visit, signals);
}

/** A batch; now and then its answer is lost, and it is sent again. */
async function sendTogether(
  scene: Scene,
  person: Person,
  visit: Visit,
  page: Page,
  signals: Signal[],
): Promise<void> {
  const body = { session_id: visit.round, epoch: page.epoch, peer_epoch: page.peerEpoch, signals };
  const answers = [await post(scene, person, body)];
  if (person.random() < 0.2) answers.push(await post(scene, person, body));
  for (const answer of answers)
    if (answer && !answer.dropped && answer.acked !== page.sent)
      breaks(scene.ledger, 'a batch was not acknowledged');
}

/** As the guide does: one signal a request, nothing counted. */
async function sendSingly(scene: Scene, person: Person, visit: Visit, signals: Signal[]): Promise<void> {
  for (const { type, data } of signals)
    await post(scene, person, {
      ...{ session_id: visit.round, type, target_user_id: 0 },
      data: { ...data, uncounted: true },
    });
}

const post = (scene: Scene, person: Person, body: object) =>
  ask(scene, person, {
    method: 'POST',
    path: '/api/video/send-signal',
    body,
    answer: sentAnswer,
    may: ['round_over', 'not_joined'],
  });

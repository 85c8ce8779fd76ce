import type { z } from 'zod';
import type { sendSignalBody, signalsAnswer } from '#core/wire/video.ts';
import type { Player } from '../cast.ts';

type Batch = Extract<z.input<typeof sendSignalBody>, { signals: unknown }>;

/** A batch of ICE candidates of somebody's page, numbered; the data of each is its number. */
export const candidates = (
  from: Player,
  numbers: number[],
  epochs: Pick<Batch, 'epoch' | 'peer_epoch'> = {},
): Batch => ({
  session_id: from.round,
  ...epochs,
  signals: numbers.map((client_seq) => ({ client_seq, type: 'ice-candidate', data: client_seq })),
});

/** What the signals of an answer carry, in order. */
export const dataOf = ({ signals }: z.infer<typeof signalsAnswer>): unknown[] =>
  signals.map(({ data }) => data);

/** From one number to another. */
export const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

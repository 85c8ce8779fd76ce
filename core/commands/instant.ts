import type { Facts, Needs } from '#core/store/facts.ts';

/**
 * The instant of a command: when it began, so that a skip pressed before the deadline stays the ending; or when the last
 * thing happened to the people concerned, by any process's clock. So instants tell the order in which things happened
 * (Lamport 1978).
 */
export function instantOf(facts: Facts, { people = [], rounds = [] }: Needs, began: Date): Date {
  const own = people.map((userId) => facts.journeys.get(userId)?.round_id ?? '');
  const seen = [...rounds, ...own].flatMap((roundId) => facts.rounds.get(roundId) ?? []);
  const concerned = [...people, ...seen.flatMap(({ round }) => [round.user1_id, round.user2_id])];
  return new Date(
    Math.max(
      began.getTime(),
      ...seen.map(({ blocked_at }) => blocked_at?.getTime() ?? 0),
      ...concerned.map((userId) => facts.journeys.get(userId)?.changed_at.getTime() ?? 0),
    ),
  );
}

import { expect } from 'chai';
import { signAccessToken } from '#core/accounts/token.ts';
import { clock } from '#core/clock.ts';
import { operations } from '#api/operations.ts';
import { openDoor } from './door.ts';
import { askers, matrix, rowOf, type Asker, type Row } from './matrix.ts';
import { setTheScene, type Scene } from './scene.ts';

const door = openDoor({ rateLimitFactor: 1000 });

describe('the authorization matrix', () => {
  it('has a row for every operation, and none for what is not there', () => {
    expect(Object.keys(matrix)).to.have.members(operations.map(rowOf));
  });

  for (const operation of operations)
    it(`${rowOf(operation)} answers each as they may be answered`, async () => {
      const row = matrix[rowOf(operation)];
      if (!row) throw new Error('This operation has no row: say who may call it');
      const scene = await setTheScene();
      const answers: Partial<Record<Asker, string>> = {};
      for (const asker of askers) answers[asker] = await ask(operation, row, scene, asker);
      expect(answers).to.deep.equal(
        Object.fromEntries(Object.entries(row.cells).map(([asker, cell]) => [asker, String(cell)])),
      );
    });
});

/** Asks for the owner's things in somebody's name. */
async function ask(
  operation: (typeof operations)[number],
  row: Row,
  scene: Scene,
  asker: Asker,
): Promise<string> {
  const given = row.path?.(scene) ?? '';
  const path = operation.path.includes('{id}')
    ? operation.path.replace('{id}', given)
    : operation.path + given;
  const request = door[operation.method](path);
  if (asker !== 'nobody')
    void request.set('Authorization', `Bearer ${signAccessToken(scene.people[asker].me, clock.now())}`);
  const { status, body } = await (operation.method === 'get'
    ? request
    : request.send((await row.body?.(scene)) ?? {}));
  return status >= 400 ? `${status} ${body.code}` : String(status);
}

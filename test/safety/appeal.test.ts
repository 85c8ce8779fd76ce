import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { listLog } from '#core/audit/log.ts';
import { restrict, type Imposed } from '#core/safety/restrict.ts';
import { isAStory, person, refusal, type Player } from '../cast.ts';
import { codeOf, staff, told } from '../moderation/staff.ts';

const text = 'It was my brother, I was not even there';
const answer = 'We have looked at the lines: they are yours';
const impose = (who: Player, by: string | null, hours: number | null = 48): Promise<Imposed> =>
  restrict(
    { userId: who.id, kind: 'restriction', category: 'spam', reason: 'Sold things', hours, flagId: null },
    by,
  );
const appealTo = (who: Player, restriction_id: string, key?: string) =>
  who.visit(
    'POST',
    '/api/appeals',
    { restriction_id, text },
    key ? { headers: { 'Idempotency-Key': key } } : {},
  );
const answerTo = (by: Player, id: string, decision: 'uphold' | 'lift' = 'uphold') =>
  by.visit('POST', `/api/admin/appeals/${id}/answer`, { decision, answer });
const mine = async (who: Player) =>
  told<{ restrictions: { id: string; my_appeal: object | null }[] }>(
    await who.visit('GET', '/api/me/restrictions'),
  ).restrictions;
const lastDeed = async () => (await listLog({ cursor: null, subject: null, limit: 1 }))[0]!;

describe('an appeal', () => {
  isAStory();

  it('is made by the restricted person, once, and its fate is told to them', async () => {
    const [ann, ben, cleo] = [await person(), await staff(), await staff()];
    const { id } = await impose(ann, ben.id);
    const made = told<{ id: string }>(await appealTo(ann, id));
    expect(made).to.deep.include({ restriction_id: id, status: 'pending', text, answer: null });
    expect(codeOf(await appealTo(ann, id))).to.equal('409 appealed_already');

    expect(codeOf(await answerTo(cleo, made.id))).to.equal('200');
    expect((await mine(ann))[0]!.my_appeal).to.deep.include({ id: made.id, status: 'upheld', answer });
    expect(await refusal(ann.start())).to.equal('restricted');
    expect(codeOf(await answerTo(cleo, made.id, 'lift'))).to.equal('409 settled_already');
  });

  it('that is granted lifts the restriction at once', async () => {
    const [ann, ben, cleo] = [await person(), await staff(), await staff()];
    const { id } = await impose(ann, ben.id);
    const made = told<{ id: string }>(await appealTo(ann, id));
    told(await answerTo(cleo, made.id, 'lift'));
    await ann.start();
    expect(await lastDeed()).to.deep.include({
      actor_id: cleo.id,
      action: 'appeal_lift',
      subject_id: ann.id,
    });
    expect((await lastDeed()).details).to.include({ alone: false });
  });

  it('is answered by another moderator than who restricted', async () => {
    const [ann, ben] = [await person(), await staff()];
    await staff('admin');
    const made = told<{ id: string }>(await appealTo(ann, (await impose(ann, ben.id)).id));
    expect(codeOf(await answerTo(ben, made.id))).to.equal('409 another_moderator');
  });

  it('once answered, keeps the moderator who answered it from confirming that the restriction is for good', async () => {
    const [ann, ben, cleo, dora] = [await person(), await staff(), await staff(), await staff()];
    const { id } = await impose(ann, ben.id, null);
    const made = told<{ id: string }>(await appealTo(ann, id));
    told(await answerTo(cleo, made.id));
    const confirm = (by: Player) => by.visit('POST', `/api/admin/restrictions/${id}/confirm`);
    for (const one of [ben, cleo]) expect(codeOf(await confirm(one))).to.equal('409 another_moderator');
    expect(codeOf(await confirm(dora))).to.equal('200');
  });

  it('once answered, does not keep the last moderator from confirming, and the log says that there was no other', async () => {
    const [ann, ben, cleo] = [await person(), await staff(), await staff()];
    const { id } = await impose(ann, ben.id, null);
    told(await answerTo(cleo, told<{ id: string }>(await appealTo(ann, id)).id));
    expect(codeOf(await ben.visit('POST', `/api/admin/restrictions/${id}/confirm`))).to.equal(
      '409 another_moderator',
    );
    told(await cleo.visit('POST', `/api/admin/restrictions/${id}/confirm`));
    expect((await lastDeed()).details).to.include({ alone: true });
  });

  it('is answered by another moderator than who confirmed that it is for good', async () => {
    const [ann, ben, cleo, dora] = [await person(), await staff(), await staff(), await staff()];
    const { id } = await impose(ann, ben.id, null);
    told(await cleo.visit('POST', `/api/admin/restrictions/${id}/confirm`));
    const made = told<{ id: string }>(await appealTo(ann, id));
    for (const judge of [ben, cleo]) {
      expect(codeOf(await answerTo(judge, made.id))).to.equal('409 another_moderator');
      expect(codeOf(await answerTo(judge, made.id, 'lift'))).to.equal('409 another_moderator');
    }
    told(await answerTo(dora, made.id));
    expect((await lastDeed()).details).to.include({ alone: false });
  });

  it('may be answered by a lone moderator, and the log says so', async () => {
    const [ann, ben] = [await person(), await staff()];
    const made = told<{ id: string }>(await appealTo(ann, (await impose(ann, ben.id)).id));
    told(await answerTo(ben, made.id));
    expect((await lastDeed()).details).to.include({ alone: true });
  });

  it('against what the house did by itself is answered by anybody', async () => {
    const [ann, ben] = [await person(), await staff()];
    await staff();
    const made = told<{ id: string }>(await appealTo(ann, (await impose(ann, null)).id));
    told(await answerTo(ben, made.id, 'lift'));
    await ann.start();
  });

  it('of somebody else on the same device releases their device, and nobody else’s', async () => {
    const [ann, ben] = [await person(), await staff()];
    const { id } = await impose(ann, ben.id);
    const other = await person({ device_token: ann.deviceToken });
    expect(await refusal(other.start())).to.equal('restricted');
    const made = told<{ id: string }>(await appealTo(other, id));
    told(await answerTo(ben, made.id, 'lift'));
    await other.start();
    expect((await other.poll()).state).to.equal('WAITING');
    expect(await refusal(ann.start())).to.equal('restricted');
  });

  it('repeated under its key is the same appeal', async () => {
    const ann = await person();
    const { id } = await impose(ann, null);
    const answers = [await appealTo(ann, id, 'once-only'), await appealTo(ann, id, 'once-only')];
    expect(new Set(answers.map((one) => told<{ id: string }>(one).id)).size).to.equal(1);
  });

  it('is refused against what is over, and what is somebody else’s or never was is unknown', async () => {
    const bob = await person();
    const ann = await person();
    const { id } = await impose(ann, null, 1);
    expect(codeOf(await appealTo(bob, id))).to.equal('404 not_found');
    expect(codeOf(await appealTo(bob, newId()))).to.equal('404 not_found');
    clock.advance(3600_000 + 1000);
    expect(codeOf(await appealTo(ann, id))).to.equal('409 nothing_to_appeal');
  });

  it('answered by two at once has one answer', async () => {
    const [ann, ben, cleo] = [await person(), await staff(), await staff()];
    const made = told<{ id: string }>(await appealTo(ann, (await impose(ann, null)).id));
    const codes = (await Promise.all([answerTo(ben, made.id), answerTo(cleo, made.id, 'lift')])).map(codeOf);
    expect(codes).to.have.members(['200', '409 settled_already']);
  });
});

import { expect } from 'chai';
import { messageOf, put, settle, type Message } from '../../../client/call/messages.ts';

const line = (id: string, second: number) => ({
  id,
  text: id,
  created_at: `2026-11-20T10:00:0${second}.000Z`,
});
const sending: Message = {
  id: 'key',
  text: 'c',
  mine: true,
  at: '2026-11-20T09:00:00.000Z',
  state: 'sending',
};
const ids = (messages: Message[]) => messages.map(({ id }) => id);

describe('the lines of a chat', () => {
  it('are shown once each, in the order in which they were said', () => {
    const first = put([], [messageOf(line('b', 2), false)]);
    const second = put(first, [messageOf(line('a', 1), true), messageOf(line('b', 2), false)]);
    expect(ids(second)).to.deep.equal(['a', 'b']);
  });

  it('keep what is under way at the end, whatever our own clock says', () => {
    expect(ids(put([sending], [messageOf(line('b', 2), false)]))).to.deep.equal(['b', 'key']);
  });

  it('put a saved line in the place of the one under way', () => {
    const settled = settle([sending], 'key', messageOf(line('c', 3), true));
    expect(settled).to.have.length(1);
    expect(settled[0]).to.include({ id: 'c', state: 'sent' });
  });
});

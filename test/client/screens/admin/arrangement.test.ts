import { expect } from 'chai';
import { arrange } from '../../../../client/screens/admin/overview/arrangement.ts';

const counts = (call: number, searching = 0) => ({
  call,
  deciding: 0,
  connecting: 0,
  searching,
  watching: 0,
});

describe('the floor', () => {
  it('shows each couple and each person once while there is room, couples in the middle', () => {
    const { marks, per } = arrange(counts(10, 5));
    expect(per).to.equal(1);
    expect(marks.map(({ figure }) => figure)).to.deep.equal([
      ...new Array<string>(10).fill('call'),
      ...new Array<string>(5).fill('searching'),
    ]);
    const distances = marks.map(({ x, y }) => Math.hypot(x, y));
    expect(distances).to.deep.equal([...distances].sort((a, b) => a - b));
  });

  it('keeps everybody on it and apart, however many come', () => {
    for (const people of [1, 7, 60, 400, 9_000, 1_000_000]) {
      const { marks, size } = arrange(counts(people, people));
      expect(marks.length).to.be.within(1, 190);
      for (const { x, y } of marks) expect(Math.hypot(x, y)).to.be.at.most(1);
      for (const [index, one] of marks.entries())
        for (const other of marks.slice(index + 1))
          expect(Math.hypot(one.x - other.x, one.y - other.y)).to.be.above(0.045 * size);
    }
  });

  it('lets a mark stand for more in round numbers', () => {
    expect(arrange(counts(1_000, 1_000)).per).to.equal(20);
    expect(arrange(counts(0)).marks).to.deep.equal([]);
  });
});

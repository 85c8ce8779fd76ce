import { expect } from 'chai';
import { dateOrder, readBirthDate } from '../../../client/screens/person/birthDate.ts';

const today = new Date('2026-11-20T12:00:00Z');
const read = (day: string, month: string, year: string) => readBirthDate({ day, month, year }, today);

describe('a birth date in three fields', () => {
  it('becomes one date', () => {
    expect(read('4', '3', '1990')).to.deep.equal({ date: '1990-03-04' });
    expect(read('29', '2', '2000')).to.deep.equal({ date: '2000-02-29' });
  });

  it('is missing while a field is empty', () => {
    expect(read('', '3', '1990')).to.deep.equal({ fault: 'dateMissing' });
    expect(read('4', ' ', '1990')).to.deep.equal({ fault: 'dateMissing' });
  });

  it('is wrong when the calendar has no such day, or nobody can be so old or so young', () => {
    for (const [day, month, year] of [
      ['31', '4', '1990'],
      ['29', '2', '1999'],
      ['4', '13', '1990'],
      ['4', '3', '90'],
      ['4', '3', '1890'],
      ['21', '11', '2026'],
    ] as const)
      expect(read(day, month, year), `${day}.${month}.${year}`).to.deep.equal({ fault: 'dateWrong' });
  });

  it('lets people in on their eighteenth birthday and not the day before', () => {
    expect(read('20', '11', '2008')).to.deep.equal({ date: '2008-11-20' });
    expect(read('21', '11', '2008')).to.deep.equal({ fault: 'tooYoung' });
  });

  it('is asked for in the order in which people write it', () => {
    expect(dateOrder('en-US')).to.deep.equal(['month', 'day', 'year']);
    expect(dateOrder('de')).to.deep.equal(['day', 'month', 'year']);
    expect(dateOrder('hu')).to.deep.equal(['year', 'month', 'day']);
  });
});

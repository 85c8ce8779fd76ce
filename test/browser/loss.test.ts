import { expect } from 'chai';
import { generator } from '../bench/population.ts';
import { startHouse, type House } from './house.ts';
import { partWith, reaches, seesFrames, twoPeople, type Someone } from './people.ts';

const calls = Number(process.env.LOSSY_CALLS ?? 4); // the promise is 20 of 20; a whole run takes a minute
const share = 0.2;

describe('a network that loses one request in five', function () {
  this.timeout(20_000 * calls);
  let house: House;
  let people: Someone[] = [];
  before(async () => {
    house = await startHouse({ ROUND_SECONDS: '60' });
  });
  afterEach(async () => {
    house.front.fate = () => 'passes';
    await partWith(people.splice(0));
  });
  after(() => house.stop());

  it(`loses no call of ${calls}`, async () => {
    const random = generator(4);
    const setups: number[] = [];
    let lost = 0;
    for (let call = 0; call < calls; call += 1) {
      house.front.fate = ({ path }) => {
        if (!/^\/api\/(video|continuous-matching\/next-match)/.test(path) || random() >= share)
          return 'passes';
        lost += 1;
        return random() < 0.5 ? 'request_lost' : 'answer_lost';
      };
      people = await twoPeople(house);
      for (const { page } of people) {
        await reaches(page, 'connected');
        await seesFrames(page, 10);
        setups.push(
          await page.evaluate(() => (window.bare.marks.connected ?? NaN) - (window.bare.marks.known ?? NaN)),
        );
      }
      house.front.fate = () => 'passes';
      await partWith(people.splice(0));
    }
    expect(lost).to.be.above(calls);
    expect(setups).to.have.length(2 * calls);
    if (process.env.LOSSY_CALLS)
      console.log(`lost ${lost} requests; slowest set-up ${Math.max(...setups).toFixed(0)} ms`);
  });
});

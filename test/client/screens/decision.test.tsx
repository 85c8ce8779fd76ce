import { expect } from 'chai';
import { useDocument } from '../dom.ts';
import { fakeJourney, match, renderInside } from '../inside.tsx';

const deciding = {
  state: 'DECIDING',
  match,
  decision: { matchId: 'round', mine: null, seconds: 20, remainingMs: () => 15_000 },
} as const;

describe('the decision', () => {
  useDocument();
  let votes: unknown[][];

  async function decide(answer: () => Promise<string>) {
    votes = [];
    const journey = fakeJourney(deciding, {
      decide: (...vote: unknown[]) => {
        votes.push(vote);
        return answer();
      },
    });
    const { Decision } = await import('../../../client/screens/decision/decision.tsx');
    await renderInside(<Decision />, { journey });
    return import('@testing-library/react');
  }

  it('chooses nothing beforehand and gives its three answers the same look', async () => {
    const { screen } = await decide(() => Promise.resolve('pending'));
    const answers = ['Yes, again', 'No, thank you', 'No opinion'].map((name) =>
      screen.getByRole('button', { name }),
    );
    expect(new Set(answers.map(({ className }) => className)).size).to.equal(1);
    expect(answers.some((answer) => answer.hasAttribute('data-chosen'))).to.be.false;
    expect(screen.getAllByRole('radio').some((radio) => (radio as HTMLInputElement).checked)).to.be.false;
  });

  it('sends one vote with the ratings, and no second one', async () => {
    const { fireEvent, screen } = await decide(() => new Promise(() => undefined));
    const [, , , four] = screen.getAllByLabelText(/ of 5$/);
    fireEvent.click(four!);
    fireEvent.click(screen.getByRole('button', { name: 'Yes, again' }));
    fireEvent.click(screen.getByRole('button', { name: 'No, thank you' }));
    expect(votes).to.deep.equal([['continue', { warmth: 4 }]]);
  });

  it('can be tried again when it did not arrive', async () => {
    const { fireEvent, screen } = await decide(() => Promise.reject(new Error('offline')));
    fireEvent.click(screen.getByRole('button', { name: 'No opinion' }));
    expect(await screen.findByText('That did not arrive. Please try again.')).to.exist;
    fireEvent.click(screen.getByRole('button', { name: 'No opinion' }));
    expect(votes).to.have.length(2);
  });
});

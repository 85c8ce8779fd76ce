import { expect } from 'chai';
import { i18next } from '../../client/i18n/i18n.ts';
import '../../client/i18n/i18nInside.ts';
import { initial } from '../../client/initial.ts';
import { fitOf } from '../../client/screens/call/fit.ts';

describe('names of all kinds', () => {
  it('begin with a whole letter: an emoji is never cut in two', () => {
    const names = ['Jonas', '👩🏽‍🚀 Ada', '🇩🇪', 'E\u0301lise', 'נועה', ''];
    expect(names.map(initial)).to.deep.equal(['J', '👩🏽‍🚀', '🇩🇪', 'E\u0301', 'נ', '']);
  });

  it('that run from right to left do not turn the sentence around them, and others stay as they are', () => {
    const title = (name: string) => i18next.t('offer.title', { name });
    expect(title('נועה')).to.equal('\u2068נועה\u2069 is here');
    expect(title('<b>Jonas & Co')).to.equal('<b>Jonas & Co is here');
  });
});

describe('the partner’s picture', () => {
  it('fills the window when the shapes are alike, is whole when it is upright on a wide screen, and no strip on a phone', () => {
    const [upright, wide, phone, desk] = [9 / 16, 16 / 9, 390 / 844, 1440 / 900];
    expect(fitOf(wide, desk)).to.equal('fill');
    expect(fitOf(upright, phone)).to.equal('fill');
    expect(fitOf(upright, desk)).to.equal('whole');
    expect(fitOf(wide, phone)).to.equal('tall');
  });
});

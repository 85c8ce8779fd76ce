import { expect } from 'chai';
import fc from 'fast-check';
import type { Profile } from '../../../client/api/wire.ts';
import { changesOf } from '../../../client/screens/person/changes.ts';

const fields = fc.record({
  display_name: fc.string(),
  bio: fc.string(),
  contact_handle: fc.option(fc.string()),
  interests: fc.array(fc.string(), { maxLength: 3 }),
});

describe('what a form sends of a profile', () => {
  it('is what it has changed and nothing else, and makes the profile what stands in the form', () => {
    fc.assert(
      fc.property(fields, fields, (before, now) => {
        const changes = changesOf(before as Profile, now);
        expect({ ...before, ...changes }).to.deep.equal(now);
        for (const [field, value] of Object.entries(changes))
          expect(value).not.to.deep.equal(before[field as keyof typeof before]);
      }),
    );
  });
});

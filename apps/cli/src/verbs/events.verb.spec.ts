import { UsageError } from '../exit.js';
import { requireMeaning } from './events.verb.js';

describe('which events to print', () => {
  it.each([
    {},
    { type: ['OrganisationRegistered', 'PersonNamed'] },
    { stream: 'organisation-00000000-0000-8000-8000-000000000002' },
    { stream: 'account-x', type: ['AccountLinked'] },
  ])('is told by %j', (options) => {
    expect(() => requireMeaning(options)).not.toThrow();
  });

  it.each([
    [{ type: ['OrganisationRegistered', 'Registered'] }, /"Registered".*AccountLinked.*SupportRequested/],
    [{ type: ['__proto__'] }, /No event is of the type/],
    [{ stream: 'MI-03' }, /"MI-03".*organisation-…/],
    [{ stream: 'organisation' }, /"organisation"/],
    [{ stream: 'constructor-1' }, /No stream has the name/],
  ])('is not told by %j: what there is instead is said', (options, said) => {
    const read = () => requireMeaning(options);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(said);
  });
});

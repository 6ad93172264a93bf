import { type EventId, type PersonId, type Recorded } from '@waymark/kernel';
import { idOf, recorded } from '@waymark/kernel/testing';
import { PersonKeys } from './keys/person-keys.js';
import { SealError } from './keys/sealed-field.js';
import { OpenedTexts } from './opened-texts.js';

const personId = idOf<PersonId>('grace');
const eventId = idOf<EventId>('registered');

describe('texts of persons in events', () => {
  const keys = PersonKeys.inMemory();
  const strange = PersonKeys.inMemory();
  afterAll(async () => {
    await keys.close();
    await strange.close();
  });

  const sealed = (path: string, text: string) => keys.seal(personId, eventId, path, text);
  const given = (data: object): Recorded[] =>
    recorded([
      { type: 'PersonRegistered', eventId, data: { personId, ...data } },
      {
        type: 'GrantEnded',
        data: { personId, grantId: idOf('grant'), on: '2025-10-15', reason: 'enc:1: is no seal here' },
      },
    ]);
  const contact = { name: sealed('name', 'Grace'), email: sealed('email', 'grace@sample.example'), sample: true };

  it('are in the clear for whoever holds the keys; the rest, and other events, are as they were', async () => {
    const events = given(contact);
    const [registered, ended] = await new OpenedTexts(keys).opened(events);
    expect(registered).toEqual({
      ...events[0],
      data: { personId, name: 'Grace', email: 'grace@sample.example', sample: true },
    });
    expect(ended).toEqual(events[1]);
  });

  it('are left out once the key of the person is gone', async () => {
    const [registered] = await new OpenedTexts(strange).opened(given(contact));
    expect(registered!.data).toEqual({ personId, sample: true });
  });

  it('that were sealed for another place are refused', async () => {
    const swapped = given({ ...contact, email: contact.name });
    await expect(new OpenedTexts(keys).opened(swapped)).rejects.toThrow(SealError);
  });
});

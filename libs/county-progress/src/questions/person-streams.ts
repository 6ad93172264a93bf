import {
  isUuid,
  type OrganisationId,
  type Organisations,
  type Recorded,
  streamName,
  type StreamName,
} from '@waymark/kernel';
import { readGlobalId } from '@waymark/nest-kit';

/** The stream of a person. */
export function personStream(person: string): StreamName {
  return streamName('person', person);
}

/** The stream that a text names: by the id of a person, as the API or an event shows it, or by itself. */
export function personStreamNamed(text: string): StreamName | undefined {
  const named = readGlobalId(text);
  const person = named?.type === 'Person' ? named.id : text;
  if (isUuid(person)) return personStream(person);
  return isPersonStream(text) ? text : undefined;
}

/** Whether a stream of this name is about a person or an account. */
export function isPersonStream(stream: string): stream is StreamName {
  return personOfStream(stream) !== undefined || /^account-[0-9a-f]{64}$/.test(stream);
}

/** The person whose stream it is; undefined for the stream of an account, and for any other. */
export function personOfStream(stream: string): string | undefined {
  const id = stream.startsWith('person-') ? stream.slice('person-'.length) : '';
  return isUuid(id) ? id : undefined;
}

/** The person that events are about. */
export function personIn(events: readonly Recorded[]): string {
  return (events[0]!.data as { personId: string }).personId;
}

/** For whom somebody may read persons to read this one: for everybody, or for an organisation that the person has or had a role for. */
export function readableFor(events: readonly Recorded[]): Organisations[] {
  const granted = events.flatMap(({ data }) => (data as { organisationId?: OrganisationId }).organisationId ?? []);
  return [{}, ...[...new Set(granted)].map((agency) => ({ agency }))];
}

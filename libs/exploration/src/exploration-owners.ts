import { Injectable } from '@nestjs/common';
import { DomainError, type PersonId } from '@waymark/kernel';
import { localId, PersonDirectory } from '@waymark/nest-kit';

/** Who may be named as responsible: persons in the record. */
@Injectable()
export class ExplorationOwners {
  constructor(private readonly persons: PersonDirectory) {}

  /** The person behind a global id; undefined stays undefined. Throws PERSON_NOT_FOUND with the path of the member. */
  async find(owner: string | undefined, path: readonly string[]): Promise<PersonId | undefined> {
    if (owner === undefined) return undefined;
    const id = localId<PersonId>('Person', owner, [...path]);
    if ((await this.persons.exists([id])).has(id)) return id;
    throw new DomainError('PERSON_NOT_FOUND', 'No person in the record has this id. Register the person first.', {
      path,
    });
  }
}

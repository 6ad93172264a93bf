import { Injectable } from '@nestjs/common';
import { inForce, inForceByKey, type OrganisationId } from '@waymark/kernel';
import type { Owner } from './initiative-owners.js';
import { isRunning, staffKeys } from './initiative-state.js';
import type { Compared } from './initiative-suggestions.js';
import type { InitiativeStatus } from './initiative.events.js';
import { InitiativeReads, recordOf } from './initiative.reads.js';
import { staffLoad } from './staff-load.js';

/** What is worked out over a whole inventory. */
@Injectable()
export class Inventories {
  constructor(private readonly reads: InitiativeReads) {}

  relations(initiativeIds: readonly string[]) {
    return this.reads.relations(initiativeIds);
  }

  /** The load of the staff of an owner, and the entries about what there is. */
  async loadOf(owner: OrganisationId) {
    const [rows, staff] = await Promise.all([this.reads.initiatives({ owners: [owner] }), this.reads.staff(owner)]);
    const initiatives = rows.map((row) => {
      return { initiativeId: row.initiative_id, status: row.status as InitiativeStatus };
    });
    return { load: staffLoad(initiatives, staff), available: staff.available };
  }

  /** What runs at an owner and what runs at its agency, to be compared with each other; and the load of its staff. */
  async comparedWith({ id, about }: Owner) {
    const { agency } = about;
    const [compared, above, { load }] = await Promise.all([
      this.running(id),
      agency === undefined || agency === id ? [] : this.running(agency),
      this.loadOf(id),
    ]);
    return { compared, above, load };
  }

  private async running(owner: OrganisationId): Promise<Compared[]> {
    const [rows, { promised }] = await Promise.all([
      this.reads.initiatives({ owners: [owner] }),
      this.reads.staff(owner),
    ]);
    const groupsOf = (initiativeId: string) =>
      Object.entries(promised).flatMap(([key, entries]) =>
        key.startsWith(`${initiativeId} `) ? [...inForceByKey(entries, staffKeys).keys()] : [],
      );
    return rows
      .filter(({ status }) => isRunning(status ?? undefined))
      .map((row) => ({
        initiativeId: row.initiative_id,
        description: inForce(recordOf(row).descriptions)!.content,
        staffGroups: groupsOf(row.initiative_id),
      }));
  }
}

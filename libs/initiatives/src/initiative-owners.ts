import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  type CivilDate,
  civilDateIn,
  DomainError,
  type OrganisationId,
  type Organisations,
  RisingClock,
} from '@waymark/kernel';
import { OrganisationDirectory, readGlobalId } from '@waymark/nest-kit';
import { LaterWork } from '@waymark/organisations';
import type { OwnerBasis } from './initiative-commands.js';
import type { OwnerLevel } from './initiative.events.js';
import { InitiativeReads } from './initiative.reads.js';

/** An organisation that keeps an inventory, with what commands about it need. */
export interface Owner {
  readonly id: OrganisationId;
  readonly basis: OwnerBasis;
  readonly about: Organisations;
}

/** From the code people write to the owner of an inventory: id, level, last day, and the organisations its events belong to. */
@Injectable()
export class InitiativeOwners implements OnModuleInit {
  constructor(
    private readonly directory: OrganisationDirectory,
    private readonly reads: InitiativeReads,
    private readonly clock: RisingClock,
    private readonly laterWork: LaterWork,
  ) {}

  onModuleInit(): void {
    this.laterWork.register((organisation, day) => this.reads.workAfter(organisation, day));
  }

  /** An agency, a district or a school by code or id. Throws ORGANISATION_UNKNOWN. */
  async find(code: string, path = 'organisation'): Promise<Owner> {
    const global = readGlobalId(code);
    const found = await this.directory.find(global?.type === 'Organisation' ? global.id : code);
    if (found === undefined) {
      throw new DomainError('ORGANISATION_UNKNOWN', `No organisation goes by "${code}". Codes read like MI-03.`, {
        path: [path],
      });
    }
    const basis = await this.reads.owner(found.id);
    return { id: found.id, basis, about: await this.aboutOf(found.id, basis.level) };
  }

  /** The organisations an entry belongs to: an agency; a district, or that of a school, with its agency of today. */
  async aboutOf(id: OrganisationId, level: OwnerLevel): Promise<Organisations> {
    if (level === 'AGENCY') return { agency: id };
    const today = await this.todayOf(id);
    const agency = await this.directory.agencyOf(id, today);
    const district = level === 'DISTRICT' ? id : await this.reads.parentOfSchool(id, today);
    return {
      ...(agency !== undefined && { agency }),
      ...(district !== undefined && district !== agency && { district }),
    };
  }

  /** The owner itself, and those that stand under it today: districts of an agency, schools of either. */
  async withThoseUnder({ id, basis }: Owner): Promise<readonly OrganisationId[]> {
    if (basis.level === 'SCHOOL') return [id];
    const today = await this.todayOf(id);
    const above = basis.level === 'AGENCY' ? [id, ...(await this.directory.districtsOf(id, today))] : [id];
    const schools = await this.reads.schoolsUnder(above, today);
    return [...above, ...schools.map(({ school }) => school)];
  }

  async todayOf(id: OrganisationId): Promise<CivilDate> {
    return civilDateIn(await this.directory.timeZoneOf(id), this.clock.now());
  }
}

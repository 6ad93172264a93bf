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
import type { SubjectBasis } from './exploration-cycle-commands.js';
import { ExplorationReads } from './exploration.reads.js';

/** An organisation that explores or is asked, with what commands about it need. */
export interface Subject {
  readonly id: OrganisationId;
  readonly basis: SubjectBasis;
  readonly about: Organisations;
}

/** From the code people write to the organisation: id, kind, last day, and the organisations its events belong to. */
@Injectable()
export class ExplorationSubjects implements OnModuleInit {
  constructor(
    private readonly directory: OrganisationDirectory,
    private readonly reads: ExplorationReads,
    private readonly clock: RisingClock,
    private readonly laterWork: LaterWork,
  ) {}

  onModuleInit(): void {
    this.laterWork.register((organisation, day) => this.reads.workAfter(organisation, day));
  }

  /** A service agency or a district by code or id. Throws ORGANISATION_UNKNOWN. */
  async find(code: string, path: string): Promise<Subject> {
    const global = readGlobalId(code);
    const found = await this.directory.find(global?.type === 'Organisation' ? global.id : code);
    if (found === undefined) {
      throw new DomainError('ORGANISATION_UNKNOWN', `No organisation goes by "${code}". Codes read like MI-03.`, {
        path: [path],
      });
    }
    const basis = await this.reads.subject(found.id);
    return { id: found.id, basis, about: await this.aboutOf(found.id, basis.kind) };
  }

  /** A service agency by code or id. Throws ORGANISATION_UNKNOWN for anything else. */
  async findAgency(code: string): Promise<Subject> {
    const subject = await this.find(code, 'agency');
    if (subject.basis.kind === 'SERVICE_AGENCY') return subject;
    throw new DomainError(
      'ORGANISATION_UNKNOWN',
      `"${code}" is not a service agency. Give the code of the agency, such as MI-03.`,
      {
        path: ['agency'],
      },
    );
  }

  /** A district by code or id. Throws ORGANISATION_UNKNOWN for anything else. */
  async findDistrict(code: string): Promise<Subject> {
    const subject = await this.find(code, 'district');
    if (subject.basis.kind === 'DISTRICT') return subject;
    throw new DomainError('ORGANISATION_UNKNOWN', `"${code}" is not a district.`, { path: ['district'] });
  }

  /** The organisations an entry belongs to: a district with its agency of today, or an agency. */
  async aboutOf(id: OrganisationId, kind: string): Promise<Organisations> {
    if (kind !== 'DISTRICT') return { agency: id };
    const agency = await this.directory.agencyOf(id, await this.today(id));
    return { district: id, ...(agency !== undefined && { agency }) };
  }

  /** A service agency with the districts that stand under it today. */
  async underToday(agency: OrganisationId): Promise<readonly OrganisationId[]> {
    return [agency, ...(await this.directory.districtsOf(agency, await this.today(agency)))];
  }

  private async today(id: OrganisationId): Promise<CivilDate> {
    return civilDateIn(await this.directory.timeZoneOf(id), this.clock.now());
  }
}

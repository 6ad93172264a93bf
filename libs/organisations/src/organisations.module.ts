import { type DynamicModule, Global, Module } from '@nestjs/common';
import { type Turn, Turns } from '@waymark/kernel';
import { commandHandlers, OrganisationDirectory } from '@waymark/nest-kit';
import { DirectoryImporter } from './directory-importer.js';
import { DirectoryImportResolver } from './directory-import.resolver.js';
import { DIRECTORY_TURN, DirectoryTurn } from './directory-turn.js';
import { DIRECTORIES_FOLDER } from './directory-mappings.js';
import {
  CloseOrganisation,
  CorrectPlacement,
  DescribeOrganisation,
  IdentifyOrganisation,
  NameOrganisation,
  PlaceOrganisation,
  RegisterOrganisation,
  WithdrawClosing,
  WithdrawPlacement,
} from './organisation-commands.js';
import { organisationDecider } from './organisation.decider.js';
import { LaterWork } from './later-work.js';
import { OrganisationMutationsResolver } from './organisation-mutations.resolver.js';
import { OPERATOR_TIME_ZONE, OrganisationReads } from './organisation-reads.js';
import { OrganisationResolver } from './organisation.resolver.js';

export interface OrganisationsOptions {
  /** The folder with the bundled directories and mappings. */
  readonly directories: string;
  /** IANA time zone of whoever runs the installation. */
  readonly operatorTimeZone?: string | undefined;
  /** Turns among all processes that change this directory; those of this process alone unless given. */
  readonly turn?: Turn;
}

/**
 * Organisations: who is who, under whom, since when. Answers the kit's port OrganisationDirectory for the whole application;
 * needs ReadDatabase, ReadGate, InputMac, RisingClock, CommandRunner and the event store from it.
 */
@Global()
@Module({})
export class OrganisationsModule {
  static register({ directories, operatorTimeZone, turn = new Turns() }: OrganisationsOptions): DynamicModule {
    return {
      module: OrganisationsModule,
      providers: [
        { provide: DIRECTORIES_FOLDER, useValue: directories },
        { provide: OPERATOR_TIME_ZONE, useValue: operatorTimeZone },
        { provide: DIRECTORY_TURN, useValue: turn },
        OrganisationReads,
        { provide: OrganisationDirectory, useExisting: OrganisationReads },
        LaterWork,
        DirectoryTurn,
        DirectoryImporter,
        OrganisationResolver,
        OrganisationMutationsResolver,
        DirectoryImportResolver,
        ...commandHandlers(organisationDecider, [
          RegisterOrganisation,
          NameOrganisation,
          IdentifyOrganisation,
          DescribeOrganisation,
          PlaceOrganisation,
          CorrectPlacement,
          WithdrawPlacement,
          CloseOrganisation,
          WithdrawClosing,
        ]),
      ],
      exports: [OrganisationDirectory, OrganisationReads, LaterWork, DirectoryImporter],
    };
  }
}

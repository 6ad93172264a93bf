import { goldenEvents } from '@waymark/kernel/testing';
import { organisationCatalogue } from './organisation.events.js';

goldenEvents(organisationCatalogue, 'organisation.events.golden.json');

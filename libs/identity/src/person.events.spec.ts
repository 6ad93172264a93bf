import { goldenEvents } from '@waymark/kernel/testing';
import { personCatalogue } from './person.events.js';

goldenEvents(personCatalogue, 'person.events.golden.json');

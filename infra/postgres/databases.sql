-- Run once, when the server's data folder is made. Events, tables and keys lie in databases of their own: a backup of the events must hold no keys.
CREATE DATABASE waymark_events ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE waymark_tables ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE waymark_keys ENCODING 'UTF8' TEMPLATE template0;

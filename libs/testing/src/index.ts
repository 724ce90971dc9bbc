export * from './test-servers.js';
export * from './describe-real-s3.js';
export * from './create-test-database.js';
export * from './start-test-nats.js';

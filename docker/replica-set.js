// Makes the three servers of compose.yaml one replica set, and waits until it has a primary.
// Run again, it changes nothing.

const MEMBERS = ['mongo1', 'mongo2', 'mongo3'];

try {
  rs.status();
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  rs.initiate({
    _id: 'tmf',
    members: MEMBERS.map((name, index) => ({ _id: index, host: `${name}:27017` })),
  });
}

const until = Date.now() + 60_000;
while (!db.hello().primary) {
  if (Date.now() > until) {
    print('No primary was elected within a minute.');
    quit(1);
  }
  sleep(200);
}

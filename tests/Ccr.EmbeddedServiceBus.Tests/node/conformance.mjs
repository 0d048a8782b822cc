// Drives the embedded broker with the unmodified @azure/service-bus package. Prints one line per check:
// "ok NAME" or "not ok NAME: reason". Argument: a connection string. The checks are independent: each uses its own
// entities, so that one failure does not bring down the next.
import assert from "node:assert/strict";
import readline from "node:readline";
import { ServiceBusClient } from "@azure/service-bus";

const connectionString = process.argv[2];
const wanted = process.argv.slice(3);
const retryOptions = { maxRetries: 0, timeoutInMs: 10000 };
const soon = { maxWaitTimeInMs: 1500 };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const bodies = (messages) => messages.map((m) => m.body);
const input = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function ask(question) {
  console.log(`ask ${question}`);
  return (await input.next()).value;
}

async function until(condition, ms = 15000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) if (await condition()) return;
  assert.fail("the condition did not come true in time");
}

async function rejects(code, promise) {
  await assert.rejects(promise, (e) => e.code === code || assert.fail(`expected ${code}, got ${e.code}: ${e.message}`));
}

const checks = {
  async "connect, send and close, a hundred times"() {
    for (let i = 0; i < 100; i++) {
      const client = new ServiceBusClient(connectionString, { retryOptions });
      await client.createSender("cycles").sendMessages({ body: i });
      await client.close();
    }
  },

  async "send and receive every property"(client) {
    const sent = {
      body: { nested: ["text", 1, true] }, messageId: "id-1", correlationId: "c-1", subject: "s", contentType: "application/json",
      to: "to", replyTo: "reply", replyToSessionId: "rs", timeToLive: 60000, partitionKey: "pk",
      applicationProperties: { text: "x", number: 7, flag: true },
    };
    await client.createSender("properties").sendMessages(sent);
    const [got] = await client.createReceiver("properties").receiveMessages(1);
    for (const key of Object.keys(sent)) assert.deepEqual(got[key], sent[key], key);
    assert.equal(got.deliveryCount, 0);
    assert.equal(got.state, "active");
    assert.ok(Math.abs(got.enqueuedTimeUtc - Date.now()) < 60000);
    assert.ok(got.expiresAtUtc - got.enqueuedTimeUtc === 60000);
    assert.ok(got.lockedUntilUtc > new Date());
  },

  async "send an array, a batch, a buffer, 200 kB and no message id"(client) {
    const sender = client.createSender("shapes");
    await sender.sendMessages([{ body: "a" }, { body: "b" }]);
    const batch = await sender.createMessageBatch();
    assert.equal(batch.maxSizeInBytes, 262144);
    for (let i = 0; i < 100; i++) assert.ok(batch.tryAddMessage({ body: `batch ${i}` }));
    await sender.sendMessages(batch);
    const single = await sender.createMessageBatch();
    single.tryAddMessage({ body: "single" });
    await sender.sendMessages(single);
    await sender.sendMessages({ body: Buffer.from([0, 1, 2]) });
    await sender.sendMessages({ body: "x".repeat(200000) });
    const receiver = client.createReceiver("shapes", { receiveMode: "receiveAndDelete" });
    const got = [];
    while (got.length < 105) got.push(...(await receiver.receiveMessages(105 - got.length, soon)));
    assert.deepEqual(bodies(got).slice(0, 4), ["a", "b", "batch 0", "batch 1"]);
    assert.equal(got[102].body, "single");
    assert.deepEqual([...got[103].body], [0, 1, 2]);
    assert.equal(got[104].body.length, 200000);
    assert.ok(got.every((m) => m.messageId));
  },

  async "refuse a message over the limit"(client) {
    await rejects("MessageSizeExceeded", client.createSender("shapes").sendMessages({ body: "x".repeat(300000) }));
  },

  async "receive full, partial and empty on one link"(client) {
    await client.createSender("credit").sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
    const receiver = client.createReceiver("credit");
    assert.deepEqual(bodies(await receiver.receiveMessages(2)), [1, 2]);
    assert.deepEqual(bodies(await receiver.receiveMessages(5, soon)), [3]);
    assert.deepEqual(await receiver.receiveMessages(5, soon), []);
    await client.createSender("credit").sendMessages({ body: 4 });
    assert.deepEqual(bodies(await receiver.receiveMessages(5, soon)), [4]);
  },

  async "complete, abandon, defer and dead-letter"(client) {
    await client.createSender("settle").sendMessages(["complete", "abandon", "defer", "dead"].map((body) => ({ body })));
    const receiver = client.createReceiver("settle");
    const [complete, abandon, defer, dead] = await receiver.receiveMessages(4);
    await receiver.completeMessage(complete);
    await receiver.abandonMessage(abandon, { tried: "once" });
    await receiver.deferMessage(defer, { put: "aside" });
    await receiver.deadLetterMessage(dead, { deadLetterReason: "R", deadLetterErrorDescription: "D", extra: "E" });
    const [again] = await receiver.receiveMessages(5, soon);
    assert.equal(again.body, "abandon");
    assert.equal(again.deliveryCount, 1);
    assert.equal(again.applicationProperties.tried, "once");
    await receiver.completeMessage(again);
    const [deferred] = await receiver.receiveDeferredMessages(defer.sequenceNumber);
    assert.equal(deferred.state, "deferred");
    assert.equal(deferred.applicationProperties.put, "aside");
    await receiver.completeMessage(deferred);
    const letters = client.createReceiver("settle", { subQueueType: "deadLetter" });
    const [letter] = await letters.receiveMessages(1);
    assert.deepEqual([letter.body, letter.deadLetterReason, letter.deadLetterErrorDescription, letter.deadLetterSource],
      ["dead", "R", "D", "settle"]);
    assert.equal(letter.applicationProperties.extra, "E");
    await letters.completeMessage(letter);
    assert.deepEqual(await receiver.peekMessages(10), []);
    assert.deepEqual(await letters.peekMessages(10), []);
  },

  async "a deferred message that is not there"(client) {
    await client.createSender("undeferred").sendMessages({ body: "active" });
    const receiver = client.createReceiver("undeferred");
    const [message] = await receiver.peekMessages(1);
    await rejects("MessageNotFound", receiver.receiveDeferredMessages(message.sequenceNumber));
  },

  async "dead-letter when the delivery count is spent"(client) {
    await client.createSender("poison").sendMessages({ body: "poison" });
    const receiver = client.createReceiver("poison");
    for (let count = 0; count < 3; count++) {
      const [message] = await receiver.receiveMessages(1);
      assert.equal(message.deliveryCount, count);
      await receiver.abandonMessage(message);
    }
    const [letter] = await client.createReceiver("poison", { subQueueType: "deadLetter" }).receiveMessages(1);
    assert.equal(letter.deadLetterReason, "MaxDeliveryCountExceeded");
    assert.equal(letter.deliveryCount, 3);
  },

  async "renew a lock, and keep one by automatic renewal"(client) {
    await client.createSender("locks").sendMessages([{ body: "renewed" }, { body: "automatic" }]);
    const manual = client.createReceiver("locks", { maxAutoLockRenewalDurationInMs: 0 });
    const [message] = await manual.receiveMessages(1);
    const before = message.lockedUntilUtc;
    await sleep(500);
    assert.ok((await manual.renewMessageLock(message)) > before);
    await manual.completeMessage(message);
    const automatic = client.createReceiver("locks");
    const [kept] = await automatic.receiveMessages(1);
    await sleep(5000);
    await automatic.completeMessage(kept);
    assert.deepEqual(await automatic.peekMessages(10), []);
  },

  async "lose a lock when it expires"(client) {
    await client.createSender("expiring").sendMessages({ body: "slow" });
    const receiver = client.createReceiver("expiring", { maxAutoLockRenewalDurationInMs: 0 });
    const [message] = await receiver.receiveMessages(1);
    await sleep(2500);
    await rejects("MessageLockLost", receiver.completeMessage(message));
    const [again] = await receiver.receiveMessages(1);
    assert.equal(again.deliveryCount, 1);
    await receiver.completeMessage(again);
  },

  async "settle after the receiver was closed"(client) {
    await client.createSender("late").sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = client.createReceiver("late");
    const [first, second] = await receiver.receiveMessages(2);
    await receiver.close();
    const other = client.createReceiver("late");
    await other.completeMessage(first);
    await other.deadLetterMessage(second, { deadLetterReason: "late" });
    assert.deepEqual(await other.peekMessages(10), []);
    const [letter] = await client.createReceiver("late", { subQueueType: "deadLetter" }).peekMessages(1);
    assert.equal(letter.deadLetterReason, "late");
  },

  async "peek every state from a sequence number"(client) {
    const sender = client.createSender("peek");
    await sender.sendMessages([{ body: "locked" }, { body: "deferred" }, { body: "active" }]);
    await sender.scheduleMessages({ body: "scheduled" }, new Date(Date.now() + 60000));
    const receiver = client.createReceiver("peek");
    const [, deferred] = await receiver.receiveMessages(2);
    await receiver.deferMessage(deferred);
    const seen = await client.createReceiver("peek").peekMessages(10);
    assert.deepEqual(seen.map((m) => [m.body, m.state]),
      [["locked", "active"], ["deferred", "deferred"], ["active", "active"], ["scheduled", "scheduled"]]);
    const from = await receiver.peekMessages(10, { fromSequenceNumber: seen[2].sequenceNumber });
    assert.deepEqual(bodies(from), ["active", "scheduled"]);
    const another = new ServiceBusClient(connectionString, { retryOptions });
    const paging = another.createReceiver("peek");
    assert.deepEqual(bodies(await paging.peekMessages(3)), ["locked", "deferred", "active"]);
    assert.deepEqual(bodies(await paging.peekMessages(3)), ["scheduled"]);
    await another.close();
    assert.deepEqual(await client.createReceiver("empty").peekMessages(10), []);
  },

  async "schedule, cancel, and schedule on send"(client) {
    const sender = client.createSender("schedule");
    const due = new Date(Date.now() + 1500);
    const [keep, cancel] = await sender.scheduleMessages([{ body: "keep" }, { body: "cancel" }], due);
    await sender.cancelScheduledMessages(cancel);
    await rejects("MessageNotFound", sender.cancelScheduledMessages(cancel));
    await sender.sendMessages({ body: "on send", scheduledEnqueueTimeUtc: due });
    const receiver = client.createReceiver("schedule", { receiveMode: "receiveAndDelete" });
    assert.deepEqual(await receiver.receiveMessages(5, { maxWaitTimeInMs: 200 }), []);
    const got = [];
    while (got.length < 2) got.push(...(await receiver.receiveMessages(2, { maxWaitTimeInMs: 5000 })));
    assert.deepEqual(bodies(got).sort(), ["keep", "on send"]);
    assert.ok(Date.now() >= due.getTime());
    assert.notEqual(got[0].sequenceNumber.toString(), keep.toString());
  },

  async "receive and delete"(client) {
    await client.createSender("delete").sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = client.createReceiver("delete", { receiveMode: "receiveAndDelete" });
    assert.deepEqual(bodies(await receiver.receiveMessages(2)), [1, 2]);
    assert.deepEqual(await receiver.peekMessages(5), []);
  },

  async "subscribe with concurrency 32"(client) {
    await client.createSender("stream").sendMessages(Array.from({ length: 500 }, (_, body) => ({ body })));
    const seen = new Set();
    const errors = [];
    let [running, most] = [0, 0];
    const subscription = client.createReceiver("stream").subscribe({
      processMessage: async (message) => {
        most = Math.max(most, ++running);
        await sleep(2);
        seen.add(message.body);
        running--;
      },
      processError: async (args) => void errors.push(args.error),
    }, { maxConcurrentCalls: 32 });
    await until(() => seen.size === 500);
    await subscription.close();
    assert.deepEqual(errors, []);
    assert.ok(most > 1 && most <= 32, `${most} at once`);
    assert.deepEqual(await client.createReceiver("stream").peekMessages(5), []);
  },

  async "subscribe with a handler that throws"(client) {
    await client.createSender("throwing").sendMessages({ body: "once" });
    let calls = 0;
    const subscription = client.createReceiver("throwing").subscribe({
      processMessage: async (message) => {
        if (++calls === 1) throw new Error("the handler fails once");
        assert.equal(message.deliveryCount, 1);
      },
      processError: async () => {},
    }, { maxConcurrentCalls: 1 });
    await until(() => calls === 2);
    await subscription.close();
    await until(async () => (await client.createReceiver("throwing").peekMessages(1)).length === 0);
  },

  async "fan out to subscriptions by their rules"(client) {
    await client.createSender("news").sendMessages([
      { body: "red", applicationProperties: { colour: "red" } },
      { body: "blue", applicationProperties: { colour: "blue" } },
      { body: "labelled", subject: "label" },
    ]);
    const read = async (subscription) =>
      bodies(await client.createReceiver("news", subscription, { receiveMode: "receiveAndDelete" }).receiveMessages(5, soon));
    assert.deepEqual(await read("all"), ["red", "blue", "labelled"]);
    assert.deepEqual(await read("red"), ["red"]);
    assert.deepEqual(await read("red-or-labelled"), ["red", "labelled"]);
  },

  async "list, create and delete rules"(client) {
    const rules = client.createRuleManager("rules", "changing");
    const list = async () => {
      const found = [];
      for await (const rule of rules.listRules()) found.push(rule);
      return found;
    };
    assert.deepEqual((await list()).map((r) => r.name), ["$Default"]);
    await rules.createRule("green", { subject: "leaf", applicationProperties: { colour: "green" } });
    await assert.rejects(rules.createRule("green", { subject: "again" }));
    await assert.rejects(rules.createRule("sql", { sqlExpression: "colour = 'green'" }));
    await rules.deleteRule("$Default");
    const [green] = await list();
    assert.equal(green.name, "green");
    assert.equal(green.filter.subject, "leaf");
    assert.equal(green.filter.applicationProperties.colour, "green");
    await client.createSender("rules").sendMessages([
      { body: "no" }, { body: "yes", subject: "leaf", applicationProperties: { colour: "green" } }]);
    const receiver = client.createReceiver("rules", "changing", { receiveMode: "receiveAndDelete" });
    assert.deepEqual(bodies(await receiver.receiveMessages(5, soon)), ["yes"]);
  },

  async "say that an entity is missing"(client) {
    await rejects("MessagingEntityNotFound", client.createSender("missing").sendMessages({ body: 1 }));
    await rejects("MessagingEntityNotFound", client.createReceiver("missing").receiveMessages(1));
    await rejects("MessagingEntityNotFound", client.createReceiver("news", "missing").receiveMessages(1));
    await rejects("MessagingEntityNotFound", client.createReceiver("missing").peekMessages(1));
  },

  async "refuse a session"(client) {
    // Which of the two it is depends on whether the SDK looks at the link before or after the refusal arrives.
    await assert.rejects(client.acceptSession("settle", "a session"), /no sessions|Failed to create a receiver for the requested session/);
  },

  async "drop a repeated message id"(client) {
    const sender = client.createSender("unique");
    await sender.sendMessages({ body: "first", messageId: "same" });
    await sender.sendMessages([{ body: "repeat", messageId: "same" }, { body: "other", messageId: "other" }]);
    const receiver = client.createReceiver("unique", { receiveMode: "receiveAndDelete" });
    assert.deepEqual(bodies(await receiver.receiveMessages(5, soon)), ["first", "other"]);
    await sleep(4000);
    await sender.sendMessages({ body: "after the window", messageId: "same" });
    assert.deepEqual(bodies(await receiver.receiveMessages(5, soon)), ["after the window"]);
  },

  async "expire a message into the dead-letter queue"(client) {
    await client.createSender("mortal").sendMessages({ body: "short", timeToLive: 500 });
    const letters = client.createReceiver("mortal", { subQueueType: "deadLetter" });
    const [letter] = await letters.receiveMessages(1, { maxWaitTimeInMs: 5000 });
    assert.equal(letter.body, "short");
    assert.equal(letter.deadLetterReason, "TTLExpiredException");
  },

  async "forward messages and dead letters"(client) {
    await client.createSender("forwarding").sendMessages({ body: "forwarded" });
    const target = client.createReceiver("target");
    const [forwarded] = await target.receiveMessages(1);
    assert.equal(forwarded.body, "forwarded");
    await target.deadLetterMessage(forwarded, { deadLetterReason: "R" });
    const [letter] = await client.createReceiver("letters").receiveMessages(1);
    assert.deepEqual([letter.body, letter.deadLetterReason, letter.deadLetterSource, letter.deliveryCount],
      ["forwarded", "R", "target", 0]);
  },

  async "go on after the broker was restarted"() {
    const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 20, retryDelayInMs: 100, timeoutInMs: 10000 } });
    const seen = [];
    const subscription = client.createReceiver("restart").subscribe({
      processMessage: async (message) => void seen.push(message.body),
      processError: async () => {},
    });
    const sender = client.createSender("restart");
    await sender.sendMessages({ body: "before" });
    await until(() => seen.includes("before"));
    await ask("restart");
    await sender.sendMessages({ body: "after" });
    await until(() => seen.includes("after"), 30000);
    await subscription.close();
    await client.close();
  },
};

for (const [name, check] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const client = new ServiceBusClient(connectionString, { retryOptions });
  try {
    await Promise.race([check(client), sleep(60000).then(() => assert.fail("took longer than 60 s"))]);
    console.log(`ok ${name}`);
  } catch (e) {
    console.log(`not ok ${name}: ${e.code ?? ""} ${e.message}`.replace(/\s+/g, " "));
  }
  await Promise.race([client.close(), sleep(5000)]);
}
process.exit(0);

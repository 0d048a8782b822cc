// What one writes in an afternoon: receive, push the machine, publish what became of it, complete. No ledger, no checks.
// Arguments: connection string, management point, concurrent calls.
import { ServiceBusClient } from "@azure/service-bus";

const [connection, managementPoint, concurrency] = process.argv.slice(2);
const client = new ServiceBusClient(connection);
const results = client.createSender("ccr-results");
client.createReceiver("ccr-requests").subscribe(
  {
    async processMessage(message) {
      const event = typeof message.body === "object" && !Buffer.isBuffer(message.body) ? message.body : JSON.parse(message.body.toString());
      const machine = event.data.machine;
      const url = `${managementPoint}sms_mp/machine.ccr?mn=${machine}&dn=CORP&fkey=True`;
      const answer = await fetch(url, { method: "SMS_POST" });
      await results.sendMessages({
        messageId: event.id,
        subject: machine,
        contentType: "application/json",
        body: { ...event, type: "ccr.reinstall.result", status: answer.status },
        applicationProperties: { outcome: answer.ok ? "Accepted" : "Failed", machine, event: event.id },
      });
    },
    async processError(fault) {
      console.error(fault.error.message);
    },
  },
  { maxConcurrentCalls: Number(concurrency) },
);
console.log(JSON.stringify({ processing: {} }));
process.on("SIGTERM", () => process.exit(0));

namespace Ccr.Core.Tests.Events.Fuzz;

/// <summary>Raw JSON that takes the place of some value of a sound event.</summary>
internal static class HostileValues
{
    public static readonly string[] All =
    [
        // Wrong types, and right ones written otherwise.
        "null", "true", "false", "0", "1", "-1", "4", "255", "1e400", "1.0", "[]", "{}", "[null]", "[{}]", "\"\"", "\" \"", "\"0\"", "\"1\"", "\"true\"",
        "{\"name\":\"PC01\"}", "[\"PC01\",\"PC02\"]", "7e-1", "123456789012345678901234567890",

        // Names that must never come out.
        "\"10.0.0.5\"", "\"127.1\"", "\"0x7f000001\"", "\"2130706433\"", "\"017700000001\"", "\"::1\"", "\"[::1]:80\"", "\"[2001:db8::1]\"", "\"fe80::1%eth0\"",
        "\"00:15:5d:01:02:03\"", "\"00155D010203\"", "\"localhost\"", "\"LOCALHOST\"", "\"{HOST.HOST}\"", "\"*UNKNOWN*\"", "\"$HOSTNAME$\"",
        "\"{{ .Labels.instance }}\"",
        "\"PC01&fkey=False\"", "\"pc01.corp@evil\"", "\"PC01@evil\"", "\"PC01\\r\\nHost: evil\"", "\"PC01\\u0000\"", "\"../PC01\"", "\"CORP\\\\PC01\"",
        "\"PC01]\"", "\"PC01;x\"",
        "\"\\uff30\\uff23\\uff10\\uff11\"", "\"PC0\\u0661\"", "\"PC\\u200b01\"", "\"\\u212aELVIN\"", "\"\\ud800\"", "\"PC01\\udc00\"", "\"-PC01\"", "\"PC01-\"",
        "\"ABCDEFGHIJKLMNOP\"",
        "\"https://pc01/\"", "\"pc01:http\"", "\"PC01:99999\"", "\"1c741bd70b2322007518478d83673af3\"", "\"12345678-1234-1234-1234-123456789abc\"",
        "\"/subscriptions/s/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/ws\"", "\"/providers/microsoft.compute/virtualmachines/\"",
        "\"/x/providers/microsoft.compute/virtualmachines/10.0.0.5\"", "\"/x/providers/microsoft.compute/virtualmachines/..%2f\"",

        // Names that may.
        "\"PC01\"", "\"pc-02\"", "\"pc03.corp.example.com\"", "\"pc03.lab.example.com\"", "\"PC04.CORP.EXAMPLE.COM:9182\"", "\"pc05:9182\"",
        "\"/x/providers/microsoft.compute/virtualmachines/pc06\"",

        // Times.
        "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59.9999999-14:00\"", "\"2026-02-30T00:00:00Z\"",
        "\"2026-01-31T24:00:00Z\"",
        "\"2026-01-31T12:00:00\"", "\"2026-01-31 12:00:00\"", "\"2026-01-31T12:00:00+99:00\"", "\"31.01.2026\"", "253402300799", "253402300800", "-62135596801",
        "\"1769903998\"", "9223372036854775808",

        // States, severities and the like.
        "\"firing\"", "\"resolved\"", "\"FIRING\"", "\"Fired\"", "\"Resolved\"", "\"New\"", "\"Closed\"", "\"PROBLEM\"", "\"RECOVERY\"", "\"SOFT\"", "\"*\"",
        "\"banana\"",
        "\"ccr.reinstall.requested\"", "\"azureMonitorCommonAlertSchema\"", "\"ccr.servicenow.cmdb/1\"", "\"2.0\"",

        // Deep and long.
        new string('[', 20) + new string(']', 20), new string('[', 70) + new string(']', 70),
        string.Concat(Enumerable.Repeat("{\"a\":", 20)) + "1" + new string('}', 20),
        $"\"{new string('x', 20_000)}\"", $"\"{new string('\u00e4', 600)}\"", $"[{string.Join(',', Enumerable.Range(0, 260).Select(i => $"\"PC{i}\""))}]",
        "{\"specversion\":\"1.0\",\"type\":\"ccr.reinstall.requested\",\"source\":\"/s\",\"id\":\"1\",\"data\":{\"machine\":\"PC07\"}}",
    ];
}

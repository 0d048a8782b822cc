namespace Ccr.Performance.Benchmarks.Events;

/// <summary>Events of about 1 KB, and a large batch.</summary>
internal static class SampleEvents
{
    public static string Of(string source) => source switch
    {
        "ccr" => Ccr,
        "azure-monitor" => AzureMonitor,
        "zabbix" => Zabbix,
        "alertmanager" => Alertmanager(1),
        _ => Alertmanager(200),
    };

    private const string Ccr =
        """
        {
          "specversion": "1.0",
          "type": "ccr.reinstall.requested",
          "source": "/cmdb/contoso/configuration-items/client-health-check/nightly-run",
          "id": "CHG0041-0000-0000-0000-000000000001",
          "time": "2026-01-31T08:15:00Z",
          "datacontenttype": "application/json",
          "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "dataschema": "https://contoso.example.com/schemas/ccr-reinstall-requested-1.0.json",
          "data": {
            "machine": "WS-BERLIN-0017",
            "domain": "CORP",
            "site": "hq",
            "force": true,
            "reason": "The client has not sent a heartbeat for 14 days, and neither did it answer the health check that ran on the domain controller",
            "requestedBy": "cmdb-health-check, on behalf of the desktop team in Berlin",
            "notBefore": "2026-01-31T20:00:00+01:00",
            "expires": "2026-02-07T20:00:00+01:00",
            "dryRun": false
          }
        }
        """;

    private const string AzureMonitor =
        """
        {"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{
         "alertId":"/subscriptions/11111111-2222-3333-4444-555555555555/providers/Microsoft.AlertsManagement/alerts/aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e",
         "alertRule":"SMS client silent","severity":"Sev3","signalType":"Log","monitorCondition":"Fired","monitoringService":"Log Alerts V2",
         "alertTargetIDs":["/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/clients"],
         "originAlertId":"b0d5","firedDateTime":"2026-01-31T13:58:24.3713213Z"},
         "alertContext":{"conditionType":"LogQueryCriteria","condition":{"windowSize":"PT10M","allOf":[{"searchQuery":"Heartbeat",
         "operator":"LowerThan","threshold":"1","dimensions":[{"name":"Computer","value":"ws-roma-0201.corp.example.com"}],"metricValue":0.0}],
         "windowEndTime":"2026-01-31T13:54:34Z"}},"customProperties":{"ccrDomain":"CORP"}}}
        """;

    private const string Zabbix =
        """
        {"acknowledged":"No","event_source":0,"event_value":1,"event_id":81234,"trigger_id":23567,"event_nseverity":4,"event_severity":"High",
         "event_name":"SMS client: no heartbeat","event_date":"2026.01.31","event_time":"23:59:58","event_datetime_timestamp":1769903998,
         "host_host":"WS-KYIV-0501","host_id":10501,"host_ip":"192.0.2.51","host_port":10050,"host_groups":["Workstations","Kyiv","Windows"],
         "event_tags":{"scope":["availability"],"component":["sms-client"],"target":["windows"]},
         "trigger_name":"SMS client: no heartbeat on WS-KYIV-0501","trigger_description":"The client has sent no heartbeat for 14 days. It is reinstalled by itself; look at the results topic for what became of it, and at the management point's log if it failed.",
         "trigger_expression":"nodata(/Windows by Zabbix agent/service.state[CcmExec],14d)=1","trigger_url":"https://wiki.example.com/sms-client","item_name":"State of service CcmExec","item_value":"255",
         "operational_data":"Current state: stopped (1)","update_message":"","update_status":"0","update_action":"","proxy":"zbx-proxy-kyiv"}
        """;

    private static string Alertmanager(int alerts) =>
        $$"""
        {"version":"4","groupKey":"{}:{alertname=\"SmsClientSilent\"}","truncatedAlerts":0,"status":"firing","receiver":"ccr",
         "groupLabels":{"alertname":"SmsClientSilent"},"commonLabels":{"alertname":"SmsClientSilent","severity":"warning"},"commonAnnotations":{},
         "externalURL":"http://alertmanager.example.com:9093","notification_reason":"new group","alerts":[{{string.Join(",\n", Enumerable.Range(1, alerts).Select(Alert))}}]}
        """;

    private static string Alert(int number) =>
        $$"""
        {"status":"firing","labels":{"alertname":"SmsClientSilent","instance":"ws-oslo-{{number:0000}}.corp.example.com:9182","job":"windows","severity":"warning"},
         "annotations":{"summary":"The SMS client reports nothing","runbook":"https://wiki.example.com/sms-client"},"startsAt":"2026-01-31T08:02:26.739266876Z",
         "endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus.example.com:9090/graph?g0.expr=sms_client_up","fingerprint":"c3a1f0b2d4e5{{number:x4}}"}
        """;
}

Ccr.Hosting.StopSignals.Restore();
return await Ccr.Agent.AgentHost.RunAsync(args);

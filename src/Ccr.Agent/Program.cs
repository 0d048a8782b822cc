return await Ccr.Agent.AgentHost.RunAsync(args);

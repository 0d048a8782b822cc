using Grpc.Net.Client;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.ServiceBusExtension;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes the means to settle. The worker makes one converter for its whole life, and so there is one channel to the host.</summary>
internal sealed class ServiceBusMessageActionsConverter(IConfiguration configuration) : IInputConverter
{
    /// <summary>The argument <c>--functions-uri</c> that the host started the worker with, as the worker puts it into the configuration.</summary>
    private const string HostEndpoint = "Functions:Worker:HostEndpoint";

    private readonly Settlement.SettlementClient _host = new(GrpcChannel.ForAddress(
        configuration[HostEndpoint] ?? throw new InvalidOperationException("The worker was started without --functions-uri, so nobody can settle messages.")));

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => new(ConversionResult.Success(new ServiceBusMessageActions(_host)));
}

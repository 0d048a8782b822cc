using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ccr.Core.Configuration;

namespace Ccr.Core.Sites;

/// <summary>Makes a management point out of its options, and says what is wrong with them.</summary>
public static class ManagementPointBuilder
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestConnectTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTotalTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Makes it, or returns null and adds every fault to <paramref name="faults"/>. Reads the certificate files that the options name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="transport">How its site is reached.</param>
    /// <param name="key">What faults call the options.</param>
    /// <param name="faults">Where the faults go.</param>
    public static ManagementPoint? Build(ManagementPointOptions options, SiteTransport transport, string key, ICollection<ConfigurationFault> faults)
    {
        var before = faults.Count;
        if (!ManagementPointAddress.TryParse(options.Address, out var address, out var fault))
            faults.Add(key.Fault(nameof(options.Address), $": {fault}."));

        foreach (var found in FindMisplaced(options, transport, address, key)) faults.Add(found);
        foreach (var found in FindTimeFaults(options, key)) faults.Add(found);
        foreach (var found in FindAuthenticationFaults(options, key)) faults.Add(found);
        if (faults.Count > before) return null;

        try
        {
            return Build(options, address!, key, faults);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            faults.Add(key.Fault($": a certificate file cannot be used: {exception.Message}"));
            return null;
        }
    }

    private static ManagementPoint? Build(ManagementPointOptions options, Uri address, string key, ICollection<ConfigurationFault> faults)
    {
        CertificatePin? pin = null;
        if (options.CertificatePin is { } pinText && !CertificatePin.TryParse(pinText, out pin))
        {
            faults.Add(key.Fault(nameof(options.CertificatePin),
                "is no pin: write the certificate's SHA-256 as 64 hexadecimal digits, or its public key's as sha256/BASE64."));
            return null;
        }

        return new ManagementPoint(address)
        {
            Authorities = options.CaFile is { } caFile ? CertificateFiles.ReadAuthorities(caFile) : null,
            Pin = pin,
            Credentials = CredentialsOf(options, address),
            ClientCertificate = ClientCertificateOf(options),
            ConnectTimeout = options.ConnectTimeout,
            TotalTimeout = options.TotalTimeout,
            AnswersAreEmpty = options.AnswersAreEmpty,
        };
    }

    private static X509Certificate2? ClientCertificateOf(ManagementPointOptions options)
    {
        if (options.ClientCertificateThumbprint is { } thumbprint) return CertificateFiles.FindInStore(thumbprint);
        return options.ClientCertificateFile is { } file
            ? CertificateFiles.ReadWithKey(file, options.ClientCertificateKeyFile, options.ClientCertificatePassword)
            : null;
    }

    private static ICredentials? CredentialsOf(ManagementPointOptions options, Uri address)
    {
        if (options.Authentication == ManagementPointAuthentication.Default) return CredentialCache.DefaultCredentials;
        if (options.Authentication != ManagementPointAuthentication.Named) return null;

        var account = options.UserName!.Split('\\', 2) is [var domain, var name]
            ? new NetworkCredential(name, options.Password, domain)
            : new NetworkCredential(options.UserName, options.Password);
        var credentials = new CredentialCache { { address, "Negotiate", account }, { address, "NTLM", account } };

        // Basic shows the password to whoever answers at the address, so it needs a certificate first.
        if (address.Scheme == Uri.UriSchemeHttps) credentials.Add(address, "Basic", account);
        return credentials;
    }

    private static IEnumerable<ConfigurationFault> FindMisplaced(ManagementPointOptions options, SiteTransport transport, Uri? address, string key)
    {
        (string Name, bool IsSet)[] tls =
        [
            (nameof(options.CaFile), options.CaFile is not null),
            (nameof(options.CertificatePin), options.CertificatePin is not null),
            (nameof(options.ClientCertificateFile), options.ClientCertificateFile is not null),
            (nameof(options.ClientCertificateThumbprint), options.ClientCertificateThumbprint is not null),
        ];
        if (transport == SiteTransport.Agent)
        {
            foreach (var (name, _) in tls.Append((nameof(options.Authentication), options.Authentication != ManagementPointAuthentication.None))
                .Where(setting => setting.Item2))
            {
                yield return key.Fault(name, "is set, but the site's transport is Agent: write it into the agent's configuration.");
            }
        }
        else if (address is { Scheme: "http" })
        {
            foreach (var (name, _) in tls.Where(setting => setting.IsSet))
                yield return key.Fault(name, "is set, but the address is http: write an https address, or leave it out.");
        }
    }

    private static IEnumerable<ConfigurationFault> FindTimeFaults(ManagementPointOptions options, string key)
    {
        if (options.ConnectTimeout < ShortestTimeout || options.ConnectTimeout > LongestConnectTimeout)
        {
            yield return key.Fault(nameof(options.ConnectTimeout),
                $"is {options.ConnectTimeout}: write a time from 00:00:00.1 to 00:01:00, for example 00:00:10.");
        }

        if (options.TotalTimeout <= options.ConnectTimeout || options.TotalTimeout > LongestTotalTimeout)
        {
            yield return key.Fault(nameof(options.TotalTimeout),
                $"is {options.TotalTimeout}: write a time over the ConnectTimeout and up to 00:02:00, for example 00:00:30.");
        }
    }

    private static IEnumerable<ConfigurationFault> FindAuthenticationFaults(ManagementPointOptions options, string key)
    {
        var named = options.Authentication == ManagementPointAuthentication.Named;
        var certificate = options.Authentication == ManagementPointAuthentication.Certificate;
        if (!Enum.IsDefined(options.Authentication))
            yield return key.Fault(nameof(options.Authentication), $"is {options.Authentication}: write None, Default, Named or Certificate.");
        if (named && (string.IsNullOrEmpty(options.UserName) || string.IsNullOrEmpty(options.Password)))
        {
            yield return key.Fault(nameof(options.Authentication),
                $"is Named, but {nameof(options.UserName)} or {nameof(options.Password)} is missing: write both, the password as an environment variable.");
        }

        if (!named && (options.UserName ?? options.Password) is not null)
        {
            yield return key.Fault(nameof(options.UserName),
                $"or {nameof(options.Password)} is set, but {nameof(options.Authentication)} is {options.Authentication}: write Named, or leave them out.");
        }

        if (certificate && (options.ClientCertificateFile is null) == (options.ClientCertificateThumbprint is null))
        {
            yield return key.Fault(nameof(options.Authentication),
                $"is Certificate: write either {nameof(options.ClientCertificateFile)}, the path of a .pfx or .pem file, " +
                $"or {nameof(options.ClientCertificateThumbprint)}, of a certificate in the store.");
        }

        if (!certificate && (options.ClientCertificateThumbprint ?? options.ClientCertificateFile ?? options.ClientCertificateKeyFile
            ?? options.ClientCertificatePassword) is not null)
        {
            yield return key.Fault(nameof(options.ClientCertificateFile),
                $", its key or its password is set, but {nameof(options.Authentication)} is {options.Authentication}: write Certificate, or leave them out.");
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Ccr.Console.Security;

/// <summary>What every request passes before anything else sees it: the guard, the headers, the cookie, the number of sockets.</summary>
internal static class SecurityMiddleware
{
    /// <summary>How many tabs may be open at once.</summary>
    public const int MostSockets = 10;

    private const string Socket = "/_blazor";

    /// <summary>Inline styles are MudBlazor's (MudBlazor#4529); nothing else is let in that did not come from here.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseSecurity(this IApplicationBuilder app, SignIn signIn)
    {
        app.Use((context, next) =>
        {
            AddHeaders(context.Response.Headers);
            if (RequestGuard.MayPass(context.Request, context.Connection.LocalPort)) return next(context);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
        app.Use((context, next) => context.Request.Path == RequestGuard.LoginPath ? LogInAsync(context, signIn)
            : signIn.IsSession(context.Request.Cookies[signIn.CookieName(context.Connection.LocalPort)]) ? next(context)
            : RefuseAsync(context));
        app.Use((context, next) =>
        {
            // There is no <base> on our pages (the policy forbids it), so Blazor's script asks for its socket below the page that it is on.
            var path = context.Request.Path.Value!;
            if (path.IndexOf(Socket, StringComparison.Ordinal) is var at and > 0) context.Request.Path = path[at..];
            return next(context);
        });
        var sockets = 0;
        app.Use(async (context, next) =>
        {
            if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Path != Socket)
            {
                await next(context);
                return;
            }

            try
            {
                if (Interlocked.Increment(ref sockets) <= MostSockets) await next(context);
                else context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            }
            finally
            {
                Interlocked.Decrement(ref sockets);
            }
        });
    }

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static Task LogInAsync(HttpContext context, SignIn signIn)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || signIn.Exchange(context.Request.Query["token"]) is not { } session) return RefuseAsync(context);

        // Not Secure: the page is plain HTTP on loopback, where some browsers would drop such a cookie.
        context.Response.Cookies.Append(
            signIn.CookieName(context.Connection.LocalPort), session,
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true });
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            """
            <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sign in - CCR</title></head><body><main><h1>Sign in</h1>
            <p>Open the address that <code>ccr console</code> printed. It is good once, and for five minutes; to get a new one, start the console again.</p>
            </main></body></html>
            """,
            context.RequestAborted);
    }
}
